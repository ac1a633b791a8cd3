/** The list of the page out of a longer one: no kind takes all of it, unless there is no other. */
export function mixed<T extends { kind: string }>(
  ranked: readonly T[],
  count: number,
  mostOfAKind: number,
): T[] {
  const taken = new Map<string, number>()
  const chosen = new Set<T>()
  for (const entry of ranked) {
    const already = taken.get(entry.kind) ?? 0
    if (chosen.size === count || already >= mostOfAKind) continue
    taken.set(entry.kind, already + 1)
    chosen.add(entry)
  }
  for (const entry of ranked) if (chosen.size < count) chosen.add(entry)
  return ranked.filter((entry) => chosen.has(entry))
}
