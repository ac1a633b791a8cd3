import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { MemberRow } from '#shared/features/accounts.ts'

/** Looks up members by id, live: names and handles change, what was written under them does not. */
export function useMembers(ids: Accessor<readonly string[]>): (id: string) => MemberRow | undefined {
  const core = useCore()
  const unique = createMemo(() => [...new Set(ids())].sort(), [], {
    equals: (a, b) => a.join() === b.join(),
  })
  const rows = core.feed.rowsOf('members', () => unique())
  const byId = createMemo(() => new Map((rows() ?? []).map((row) => [row.id, row])))
  const memberOf = (id: string): MemberRow | undefined => byId().get(id)?.data
  return memberOf
}
