/** What was searched for lately: on this device only, and never sent. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'

const key = 'search:recent'
const most = 6

export interface Recent {
  texts: Accessor<readonly string[]>
  add(text: string): void
  clear(): void
}

export function useRecent(): Recent {
  const core = useCore()
  const kept = core.local.live<string[]>(key)
  const texts = createMemo(() => kept() ?? [])
  return {
    texts,
    add(text) {
      const wanted = text.trim()
      if (wanted === '') return
      void core.local.set(key, [wanted, ...texts().filter((one) => one !== wanted)].slice(0, most))
    },
    clear: () => void core.local.set(key, []),
  }
}
