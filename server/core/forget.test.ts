import { expect, test } from 'vitest'
import { openCommunity } from '../../test/support/community.ts'

test('of the jobs that wait, those that name who is forgotten go, and nobody else’s', async () => {
  const community = await openCommunity()
  const ada = await community.member()
  // A moment of its own: other jobs wait for the round ones.
  const at = community.clock.now + 86_400_123
  await community.services.transact(async (tx) => {
    const wait = (job: string, payload: object, key?: string) => tx.later(job, payload, { at, key })
    await wait('accounts.mail', { email: 'a_b@x.org' })
    await wait('accounts.mail', { email: 'maria_b@x.org' })
    await wait('accounts.mail', { email: 'axb@x.org' })
    await wait('notifications.push', { id: `${ada.id}:reply:1` })
    await wait('notifications.mail', {}, `notifications.mail:${ada.id}`)
    await wait('notifications.mail', { memberId: 'somebody' }, 'notifications.mail:somebody')
  })
  await community.services.transact((tx) => tx.forget(ada.id, ['a_b@x.org']))
  const left = await community.services.database.kysely
    .selectFrom('job')
    .select('payload')
    .where('run_at', '=', at)
    .orderBy('payload')
    .execute()
  expect(left.map(({ payload }) => payload)).toEqual([
    '{"email":"axb@x.org"}',
    '{"email":"maria_b@x.org"}',
    '{"memberId":"somebody"}',
  ])
  await community.close()
})
