/**
 * Markdown as plain text, for searching and for showing a line of it: what a reader sees, roughly, and code as it is. It
 * is no parser: a sign that it leaves standing does no harm, and no text makes it slow.
 */
/** @param markdown absent: nothing */
export function plainText(markdown: string | undefined): string {
  return (markdown ?? '')
    .replace(/<!--[^>]{0,300}-->/g, ' ')
    .replace(/^[ \t]*(?:```|~~~).*$/gm, '')
    .replace(
      /!?\[([^[\]\n]{0,300})\]\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,200})?(?: "[^"\n]{0,200}")?\)/g,
      '$1',
    )
    .replace(/<\/?[a-zA-Z][^<>\n]{0,300}>/g, '')
    .replace(/^[ \t]*[|:-][|:\- \t]*$/gm, '')
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d{1,3}[.)])[ \t]+/gm, '')
    .replace(/^[ \t]*\|.*$/gm, (row) => row.replaceAll('|', ' '))
    .replace(/\*\*|~~|`/g, '')
}
