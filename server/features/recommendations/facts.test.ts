import { expect, test } from 'vitest'
import { openCommunity } from '../../../test/support/community.ts'
import { db } from './tables.ts'

test('being there and buying count for the very item, and are taken back with their own row alone', async () => {
  const { services, member, close } = await openCommunity()
  const { id: memberId } = await member()
  const tell = (fact: string, data: object) => services.transact((tx) => tx.tell(fact, data))
  const known = () =>
    services.read((reader) =>
      db(reader)
        .selectFrom('recommendations_interaction')
        .select(['item', 'kind', 'source'])
        .orderBy('kind')
        .orderBy('source')
        .execute(),
    )
  const event = { eventId: 'fair', memberId, byId: memberId }
  await tell('events.rsvp', { ...event, on: true })
  await tell('events.checked_in', event)
  await tell('events.checked_in', event)
  const bought = (orderId: string, subject: string) => ({
    orderId,
    memberId,
    subject,
    amount: 900,
    currency: 'EUR',
  })
  await tell('memberships.paid', bought('one', 'item:course:sail'))
  await tell('memberships.paid', bought('two', 'item:course:sail'))
  await tell('memberships.paid', bought('three', 'tier:friends'))
  const purchase = { item: 'course:sail', kind: 'purchased' }
  expect(await known()).toEqual([
    { item: 'event:fair', kind: 'attended', source: '' },
    { ...purchase, source: 'one' },
    { ...purchase, source: 'two' },
    { item: 'event:fair', kind: 'rsvp', source: '' },
  ])
  await tell('memberships.refunded', { ...bought('one', 'item:course:sail'), full: false })
  await tell('memberships.refunded', { ...bought('two', 'item:course:sail'), full: true })
  await tell('events.check_in_undone', event)
  expect(await known()).toEqual([
    { ...purchase, source: 'one' },
    { item: 'event:fair', kind: 'rsvp', source: '' },
  ])
  await close()
})
