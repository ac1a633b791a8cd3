/** Lets many go on a few at a time, so that what thousands of sockets are told leaves room for what they say. */

/** @returns what to wait for before the work; `undefined`: nothing, there is still room in this turn of the event loop. */
export function createTurns(perTurn: number): () => Promise<void> | undefined {
  const waiting: (() => void)[] = []
  let taken = 0

  function turn(): void {
    taken = 0
    for (const go of waiting.splice(0, perTurn)) {
      taken++
      go()
    }
    if (taken > 0) setImmediate(turn)
  }

  return () => {
    if (taken === 0) setImmediate(turn)
    if (taken < perTurn && waiting.length === 0) {
      taken++
      return undefined
    }
    return new Promise((resolve) => waiting.push(resolve))
  }
}
