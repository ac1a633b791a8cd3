/** Those who can sign in have read what is older than a few days, as people do. */
import type { NoticeRow } from '#shared/features/notifications.ts'
import type { DemoPart } from './part.ts'

const day = 86_400_000
const readers = ['linqiao', 'maren', 'zhouyan', 'xiaoman', 'tobias']

export const notices: DemoPart = ({ now, member, send, rows }) =>
  readers.map((handle) => ({
    at: now - 3 * day,
    async act() {
      const { id } = member(handle)
      const own = (await rows<NoticeRow>('notices')).filter(({ data }) => data.memberId === id)
      await send(handle, 'notifications.read', { ids: own.map((notice) => notice.id) })
    },
  }))
