import type { DiffLine } from '#shared/core/text-diff.ts'

/** Changed lines with a little around them, or a stretch of unchanged ones that is folded away. */
export type DiffSection = { folded: boolean; lines: DiffLine[] }

/** Folding fewer would save nothing. */
const leastFolded = 3

/** @param around how many unchanged lines stand before and after a change. Nothing changed: nothing is shown. */
export function sectionsOf(lines: readonly DiffLine[], around = 2): DiffSection[] {
  const shown = lines.map(() => false)
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'same') continue
    shown.fill(true, Math.max(0, i - around), i + around + 1)
  }
  if (!shown.includes(true)) return []
  const sections: DiffSection[] = []
  for (let from = 0; from < lines.length; ) {
    let to = from
    while (to < lines.length && shown[to] === shown[from]) to++
    const folded = !shown[from] && to - from >= leastFolded
    const last = sections.at(-1)
    if (last && !folded && !last.folded) last.lines.push(...lines.slice(from, to))
    else sections.push({ folded, lines: lines.slice(from, to) })
    from = to
  }
  return sections
}
