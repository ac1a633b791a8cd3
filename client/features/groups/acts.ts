import type { Accessor } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'

/** The newest act on this group that has not landed. */
export function useAct(groupId: Accessor<string>): Accessor<OutboxEntry | undefined> {
  const core = useCore()
  return () => {
    const lane = `group:${groupId()}`
    return core.commands.entries().findLast((entry) => entry.lane === lane)
  }
}
