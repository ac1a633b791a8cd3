import type { Connection } from '#client/core/core.ts'
import type { SyncState } from '#client/ui/index.ts'
import type { Translate } from '#shared/words/index.ts'

/** What the pill says: the worst news first, and never less than the truth about what waits. */
export function statusOf(
  connection: Pick<Connection, 'online' | 'syncing' | 'waiting' | 'refused' | 'readOnly'>,
  t: Translate,
  /** The server no longer knows this session. */
  ended = false,
  /** Nothing is sent before the app has been updated. */
  outdated = false,
): { state: SyncState; word: string } {
  const { online, syncing, waiting, refused, readOnly } = connection
  const count = waiting > 0 ? t('core.pill_waiting', { count: waiting }) : undefined
  const joined = (word: string): string => (count === undefined ? word : `${word} · ${count}`)
  if (refused > 0) return { state: 'problem', word: joined(t('app.pill_refused', { count: refused })) }
  if (ended) return { state: 'problem', word: joined(t('app.pill_ended')) }
  if (outdated) return { state: 'waiting', word: joined(t('app.pill_outdated')) }
  if (!online) return { state: 'offline', word: joined(t('core.pill_offline')) }
  if (readOnly) return { state: 'problem', word: joined(t('core.pill_read_only')) }
  if (count !== undefined) return { state: 'waiting', word: count }
  if (syncing) return { state: 'syncing', word: t('core.pill_syncing') }
  return { state: 'ok', word: t('core.pill_ok') }
}
