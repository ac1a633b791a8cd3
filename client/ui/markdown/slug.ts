/** A heading's own id, written after its text. */
export const ownId = /\s*\{#([\p{L}\p{N}_.:-]{1,100})\}\s*$/u

/**
 * Makes heading ids the way GitHub does, so that links written for GitHub work: lower case, punctuation
 * dropped, spaces to hyphens, Han kept, and -1, -2 … for repeats. An id of the heading's own wins.
 */
export function slugMaker(prefix: string): (text: string) => string {
  const seen = new Map<string, number>()
  return (text) => {
    const base =
      ownId.exec(text)?.[1] ??
      (text
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-') ||
        'section')
    const count = seen.get(base) ?? 0
    seen.set(base, count + 1)
    return `${prefix}${count === 0 ? base : `${base}-${count}`}`
  }
}
