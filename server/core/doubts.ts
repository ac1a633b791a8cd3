/**
 * Doubts: when somebody's access may have changed, what is known of their connections no longer counts, from that
 * moment until each has been looked at again. What such a connection sends meanwhile waits. A few are looked at
 * at once, so that doubt about thousands holds up nobody else; one that cannot be looked at is closed.
 */
export interface Doubts<C> {
  /** What is known of these no longer counts. */
  about(them: Iterable<C>): void
  /** Resolves when what is known of it counts again; `undefined` when it does. */
  settled(one: C): Promise<void> | undefined
}

const atOnce = 4

interface Doubt {
  settled: Promise<void>
  settle(): void
}

/** @param look must not throw on what a peer did; @param fail is told of those that could not be looked at. */
export function createDoubts<C>(options: {
  look(one: C): Promise<void>
  fail(one: C, error: unknown): void
}): Doubts<C> {
  const doubts = new Map<C, Doubt>()
  /** Waiting to be looked at, or (again) since looking at them began. */
  const waiting = new Set<C>()
  const underway = new Set<C>()

  function next(): void {
    for (const one of waiting) {
      if (underway.size >= atOnce) return
      if (underway.has(one)) continue
      waiting.delete(one)
      underway.add(one)
      void options
        .look(one)
        .catch((error) => options.fail(one, error))
        .finally(() => {
          underway.delete(one)
          if (!waiting.has(one)) {
            doubts.get(one)?.settle()
            doubts.delete(one)
          }
          next()
        })
    }
  }

  return {
    about(them) {
      for (const one of them) {
        waiting.add(one)
        if (doubts.has(one)) continue
        let settle = (): void => {}
        const settled = new Promise<void>((resolve) => {
          settle = resolve
        })
        doubts.set(one, { settled, settle })
      }
      next()
    },
    settled: (one) => doubts.get(one)?.settled,
  }
}
