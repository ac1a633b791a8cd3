/** How many colours people have; tokens --hue-0 … --hue-7. */
export const HUES = 8

/** A colour number in 0…7 that depends on the id alone (FNV-1a), for avatars and cursors alike. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return (hash >>> 0) % HUES
}

/**
 * One or two characters that stand for a name: the last one or two of a Han name (given names tell
 * people apart, family names do not), else the first letters of the first and last word.
 */
export function initialsOf(name: string): string {
  const trimmed = name.trim()
  const han = trimmed.match(/\p{Script=Han}/gu)
  if (han && /^\p{Script=Han}/u.test(trimmed))
    return han.length <= 2 ? (han.at(-1) ?? '') : han.slice(-2).join('')
  const words = trimmed.split(/[\s._-]+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
