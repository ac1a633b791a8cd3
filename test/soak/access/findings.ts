/** What the probes brought to light: whatever came back, read for canaries by who received it. */
import { decodeCursor } from '#shared/core/wire.ts'
import { mayKnow } from './oracle.ts'
import { type Actor, canaryPattern, type Planted, type World } from './planter.ts'

export interface Findings {
  readonly probes: number
  readonly bytes: number
  /** What somebody received or was able to do that they may not. */
  readonly breaches: string[]
  /** Takes a look at what `actor` received. */
  read(actor: Actor, probe: string, received: string | Uint8Array): void
  /** Something that cannot be told from bytes alone. */
  expect(holds: boolean, actor: Actor, probe: string, what: string): void
  /** What may be known by somebody whom no probe showed it: then the probes prove nothing about it. */
  unseen(): string[]
}

export function createFindings(world: World): Findings {
  const breaches = new Set<string>()
  const seen = new Set<string>()
  let probes = 0
  let bytes = 0

  function found(actor: Actor, probe: string, planted: Planted | undefined): void {
    if (!planted) return
    seen.add(`${actor.name} ${planted.what}`)
    if (!mayKnow(actor.standing, planted.fact))
      breaches.add(`${actor.name} received ${planted.what} by ${probe}`)
  }

  return {
    get probes() {
      return probes
    },
    get bytes() {
      return bytes
    },
    get breaches() {
      return [...breaches]
    },
    read(actor, probe, received) {
      probes++
      let text = typeof received === 'string' ? received : Buffer.from(received).toString('latin1')
      bytes += text.length
      // A cursor says in its own writing for whom it counts.
      for (const [, cursor] of text.matchAll(/"cursor":"([^"]+)"/g))
        text += JSON.stringify(decodeCursor(cursor!) ?? null)
      for (const [word] of text.matchAll(canaryPattern)) found(actor, probe, world.canaries.get(word))
      for (const [mark, planted] of world.marks) if (text.includes(mark)) found(actor, probe, planted)
    },
    expect(holds, actor, probe, what) {
      if (!holds) breaches.add(`${actor.name}: ${what}, by ${probe}`)
    },
    unseen() {
      const all = [...world.canaries.values(), ...world.marks.values()]
      return world.actors.flatMap((actor) =>
        all
          .filter(({ fact }) => mayKnow(actor.standing, fact))
          .filter(({ what }) => !seen.has(`${actor.name} ${what}`))
          .map(({ what }) => `no probe showed ${actor.name} ${what}`),
      )
    },
  }
}
