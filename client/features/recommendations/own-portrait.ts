/**
 * The portrait of this device's member: their history and the community's groups meet here, in the worker, and nothing of
 * it leaves. Whether it is shown, and from when on it goes by the history, is kept on this device, too.
 */
import { type Accessor, createEffect, createSignal } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { type PortraitsRow, portraitsId } from '#shared/features/recommendations.ts'
import type { OwnPortrait } from '#shared/recommend/portrait.ts'
import { portray } from './engine.ts'
import { historyOf } from './history.ts'
import { useKeptModel, useModelRow } from './model-file.ts'
import type { Shelf } from './shelf.ts'
import { useLooked, useTraces } from './traces.ts'

export interface PortraitChoice {
  hidden: boolean
  /** Epoch ms; 0: everything counts. */
  since: number
}

export type PortraitFound =
  | { state: 'found'; own: OwnPortrait; portraits: PortraitsRow }
  /** The community has no groups; too little is known of the member. */
  | { state: 'no groups' | 'no history' }

const key = 'recommendations.portrait'
const everything: PortraitChoice = { hidden: false, since: 0 }

export function usePortraitChoice(): {
  choice: Accessor<PortraitChoice>
  choose(changes: Partial<PortraitChoice>): void
} {
  const core = useCore()
  const kept = core.local.live<PortraitChoice>(key)
  const choice = (): PortraitChoice => kept() ?? everything
  return { choice, choose: (changes) => void core.local.set(key, { ...choice(), ...changes }) }
}

/** `undefined` while it is worked out. */
export function useOwnPortrait(
  shelf: Accessor<Shelf | undefined>,
  choice: Accessor<PortraitChoice>,
): Accessor<PortraitFound | undefined> {
  const core = useCore()
  const row = core.feed.row('portraits', () => portraitsId)
  const model = useKeptModel()
  const modelRow = useModelRow()
  const traces = useTraces(shelf)
  const looked = useLooked()
  const [found, setFound] = createSignal<PortraitFound>()
  let newest = 0
  createEffect(() => {
    const [known, kept, met, { hidden, since }] = [row(), model(), traces(), choice()]
    const acts = modelRow()?.data.weights?.acts
    looked()
    newest += 1
    const mine = newest
    if (known === null) return void setFound({ state: 'no groups' })
    if (hidden || !known || !kept || !met || !shelf()) return
    // Plain values: a worker can be handed them.
    const portraits = JSON.parse(JSON.stringify(known.data)) as PortraitsRow
    void core.behaviour
      .all()
      .then((seen) => historyOf({ ...met, seen }, acts).filter(({ at = 0 }) => at >= since))
      .then((history) => portray(kept, portraits, history, Date.now() + core.session.clockOffset()))
      .then((own) => {
        if (mine === newest) setFound(own ? { state: 'found', own, portraits } : { state: 'no history' })
      })
  })
  return found
}
