/** The member's reading list, as pages read and change it. */
import type { Accessor } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { isMember } from '#shared/core/viewer.ts'
import { remindAt, type Saved } from '#shared/features/library.ts'
import { useOwnMap } from './own-map.ts'

export interface SavedList {
  /** Guests have no list. */
  mine: Accessor<boolean>
  /** `undefined` while loading. */
  entries: Accessor<ReadonlyMap<string, Saved> | undefined>
  /** @param title of a page elsewhere */
  save(item: string, on: boolean, title?: string): void
  markRead(item: string, on: boolean): void
  /** A time, in epoch ms, or one of those that everybody means; `null`: no more. */
  remind(item: string, at: number | 'tomorrow' | 'week' | null): void
}

export function useSaved(): SavedList {
  const core = useCore()
  const map = useOwnMap<Saved>('library')
  const now = (): number => Date.now() + core.session.clockOffset()
  const change = (item: string, part: Partial<Saved>): void => {
    const before = map.entries()?.get(item) ?? { at: now(), readAt: null, remindAt: null }
    map.set(item, { ...before, ...part })
  }
  return {
    mine: () => isMember(core.session.viewer()),
    entries: map.entries,
    save(item, on, title) {
      if (on) change(item, { readAt: null, ...(title === undefined ? {} : { title }) })
      else map.set(item, null)
    },
    markRead: (item, on) => change(item, { readAt: on ? now() : null, ...(on ? { remindAt: null } : {}) }),
    remind(item, at) {
      const time = at === 'tomorrow' || at === 'week' ? remindAt(at, new Date(now())) : at
      change(item, { remindAt: time, readAt: null })
    },
  }
}
