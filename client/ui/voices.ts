/**
 * People write in 中文 and in English on one and the same page, and most of what they write does not say in which. A screen
 * reader would read it in the voice of the page, which nobody understands; line breaks and quotes would be the page's, too.
 * What is clearly of the other language is marked as that before it is painted. What says its language is left alone.
 */

const unspoken = 'pre, code, kbd, samp, script, style, textarea, [contenteditable], [translate=no]'

/**
 * Follows everything that is drawn in `root`, from now on.
 * @param voiceOf the language of a text, as a tag; `undefined` where it does not tell
 */
export function followVoices(root: HTMLElement, voiceOf: (text: string) => string | undefined): void {
  const marked = new WeakSet<Element>()
  const around = (element: Element): string | undefined =>
    element.parentElement?.closest('[lang]')?.getAttribute('lang') ?? undefined

  const judge = (element: Element): void => {
    const isOurs = marked.has(element)
    if (element.hasAttribute('lang') && !isOurs) return
    let text = ''
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) text += (node as Text).data
    const voice = voiceOf(text)
    if (voice === undefined && !isOurs) return
    if (voice === undefined || around(element)?.startsWith(voice) || element.closest(unspoken)) {
      if (isOurs) element.removeAttribute('lang')
      marked.delete(element)
      return
    }
    marked.add(element)
    element.setAttribute('lang', voice)
  }

  const judgeWithin = (node: Node): void => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
    // What lies around is marked before what lies in it.
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.parentElement) judge(text.parentElement)
    }
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'characterData') {
        if (target.parentElement) judge(target.parentElement)
      } else {
        if (target instanceof Element && [...addedNodes].some((node) => node instanceof Text)) judge(target)
        for (const node of addedNodes) if (node instanceof Element) judgeWithin(node)
      }
    }
  }).observe(root, { subtree: true, childList: true, characterData: true })
  new MutationObserver(() => judgeWithin(root)).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['lang'],
  })
}
