/** What core's own tables hold of a member, erased: see `Tx.forget`. */
import type { Kysely } from 'kysely'
import { hiddenFrom } from './modules.ts'
import type { CoreTables } from './tables.ts'

/** @param traces texts by which a waiting job names them */
export async function forgetMember(
  trx: Kysely<CoreTables>,
  memberId: string,
  traces: readonly string[],
  now: number,
): Promise<void> {
  for (const table of ['role', 'session', 'membership', 'command_result'] as const)
    await trx.deleteFrom(table).where('member_id', '=', memberId).execute()
  // Nobody is ever this member again, so there is no device that must be told that these rows are gone.
  const own = `member:${memberId}`
  for (const audience of [own, hiddenFrom(own)]) {
    await trx.deleteFrom('feed').where('audience', '=', audience).execute()
    await trx.deleteFrom('feed_audience').where('audience', '=', audience).execute()
  }
  const isNamed = namedBy(traces)
  // Whatever runs at this moment ends by itself.
  const waiting = await trx
    .selectFrom('job')
    .select(['id', 'payload', 'job_key'])
    .where('run_at', '>', now)
    .execute()
  for (const { id, payload, job_key } of waiting) {
    if (isNamed(payload) || isNamed(job_key ?? '')) await trx.deleteFrom('job').where('id', '=', id).execute()
  }
}

/** Whole names only: `a@x.org` is not in `maria@x.org`. */
function namedBy(traces: readonly string[]): (text: string) => boolean {
  const escaped = traces.map((trace) => trace.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`(?<![^":/,])(?:${escaped.join('|')})(?![^":/,])`)
  return (text) => traces.length > 0 && pattern.test(text)
}

export async function privateRooms(trx: Kysely<CoreTables>, memberId: string): Promise<string[]> {
  const rooms = await trx
    .selectFrom('doc_room')
    .select('room')
    .where('room', 'like', `me/${memberId}/%`)
    .execute()
  return rooms.map(({ room }) => room)
}
