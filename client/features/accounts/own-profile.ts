import type { Accessor } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'

/** One's own row of the feed; before it has arrived, what the session knows. */
export function useOwnProfile(): Accessor<MemberRow | undefined> {
  const core = useCore()
  const row = core.feed.row('members', () => core.session.viewer().id ?? undefined)
  return () => {
    const viewer = core.session.viewer()
    const own = row()?.data
    if (own || !isMember(viewer)) return own
    const known = core.session.info().member
    return known ? { ...known, bio: '', joinedAt: 0 } : undefined
  }
}
