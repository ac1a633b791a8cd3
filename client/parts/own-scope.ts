/**
 * What of a member's own a device shares with their other devices. It goes through the server, which could read it, so
 * that what was read stays on the device unless its member says otherwise. Chosen on each device.
 */
import { type Accessor, createSignal } from 'solid-js'
import { useCore } from '#client/core/core.ts'

/**
 * `nothing`: this device only. `choices`: what its member decided, topics and what is hidden. `reading`: also how far
 * they have read what.
 */
export type OwnScope = 'nothing' | 'choices' | 'reading'

export interface OwnScopeChoice {
  /** `undefined` while it is being looked up. Guests share nothing. */
  scope: Accessor<OwnScope | undefined>
  /** Says no more than that: whoever calls moves what is affected. */
  choose(scope: OwnScope): Promise<void>
}

const key = 'own.scope'
/** Where devices noted it before there were three. */
const formerKey = 'recommendations.interests'

export function useOwnScope(): OwnScopeChoice {
  const core = useCore()
  const chosen = core.local.live<OwnScope>(key)
  const former = core.local.live<{ here?: boolean }>(formerKey)
  // A live value is `undefined` while it is read, and where there is none.
  const [isRead, setRead] = createSignal(false)
  void Promise.all([core.local.get(key), core.local.get(formerKey)]).then(() => setRead(true))
  return {
    scope() {
      if (core.session.viewer().id === null) return 'nothing'
      const known = chosen()
      if (known !== undefined) return known
      return isRead() ? (former()?.here ? 'nothing' : 'choices') : undefined
    },
    choose: (scope) => core.local.set(key, scope),
  }
}
