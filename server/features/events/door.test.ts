import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { type SeatRow, ticketHash } from '#shared/features/event-seats.ts'
import { planId } from '#shared/features/events.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { meetup } from '../../../test/support/meetup.ts'

const hour = 3_600_000
const day = 24 * hour
const eventId = uuidv7()

let community: TestCommunity
let organiser: TestMember
let helper: TestMember
let ann: TestMember

beforeEach(async () => {
  community = await openCommunity()
  organiser = await community.member({ role: 'moderator', name: 'Olga' })
  helper = await community.member({ name: 'Hugo' })
  ann = await community.member({ name: 'Ann' })
  await community.send(organiser, 'events.create', { eventId, ...meetup(community.clock.now + day) })
  await community.send(organiser, 'events.set_staff', { eventId, memberId: helper.id, on: true })
  await community.send(ann, 'events.rsvp', { eventId, on: true })
})
afterEach(() => community.close())

const row = async <R>(table: string, id: string): Promise<R | null> =>
  community.services.read((reader) => reader.row<R>(table, id))
const seat = async (member = ann): Promise<SeatRow> =>
  (await row<SeatRow>('seats', planId(member.id, eventId)))!
const hash = async (member = ann): Promise<string> => ticketHash(eventId, (await seat(member)).code!)
const scan = async (by: TestMember, input: Partial<CommandInput<'events.check_in'>> = {}, at?: number) =>
  community.send(
    by,
    'events.check_in',
    { eventId, scanId: uuidv7(), ticket: await hash(), ...input },
    at === undefined ? {} : { at },
  )
const checkIn = (member = ann) => row('check_ins', planId(member.id, eventId))
const points = async (member = ann): Promise<number> =>
  (await row<{ points: number }>('standings', member.id))?.points ?? 0

describe('at the door', () => {
  it('staff hold what they need to know tickets by, and not the tickets', async () => {
    const held = JSON.stringify([...(await community.feed(helper)).entries()].map(([, rows]) => [...rows]))
    expect(held).toContain(await hash())
    expect(held).not.toContain((await seat()).code)
    expect((await community.feed(ann)).get('attendees')?.size ?? 0).toBe(0)
  })

  it('a ticket lets its member in once, and earns them points once', async () => {
    expect(await scan(helper)).toMatchObject({ ok: true, data: { name: 'Ann', again: false } })
    expect(await checkIn()).toMatchObject({ byName: 'Hugo', walkIn: false, again: [] })
    expect((await seat()).checkedInAt).toBe(community.clock.now)
    expect(await points()).toBe(5)
    await scan(organiser)
    expect(await points()).toBe(5)
  })

  it('of two phones that were offline the one that the server hears first counts, whatever their clocks say', async () => {
    const { now } = community.clock
    // Hugo's phone is ten years behind.
    await scan(organiser, {}, now - 5 * 60_000)
    community.clock.advance(60_000)
    const second = await scan(helper, {}, now - 3_650 * day)
    expect(second).toMatchObject({ ok: true, data: { again: true, byName: 'Olga' } })
    expect(await checkIn()).toMatchObject({
      byName: 'Olga',
      scannedAt: now - 5 * 60_000,
      again: [{ byName: 'Hugo', at: now + 60_000, scannedAt: now - 3_650 * day }],
    })
    expect((await community.feed(helper)).get('check_ins')?.size).toBe(1)
  })

  it('a scan that is sent again is the same scan', async () => {
    const scanId = uuidv7()
    await scan(helper, { scanId })
    await scan(helper, { scanId })
    expect(await checkIn()).toMatchObject({ again: [] })
  })

  it('a ticket that was given back, or is of nothing, is none', async () => {
    const ticket = await hash()
    await community.send(ann, 'events.rsvp', { eventId, on: false })
    for (const wrong of [ticket, '0'.repeat(32)]) {
      expect(await scan(helper, { ticket: wrong, memberId: ann.id })).toMatchObject({
        ok: false,
        code: 'not_found',
        reason: 'events.refused_ticket',
      })
    }
    expect(await checkIn()).toBeNull()
    await community.send(ann, 'events.rsvp', { eventId, on: true })
    expect(await hash()).not.toBe(ticket)
  })

  it('a check-in can be taken back, with its points', async () => {
    await scan(helper)
    await community.send(helper, 'events.undo_check_in', { eventId, checkInId: planId(ann.id, eventId) })
    expect(await checkIn()).toBeNull()
    expect(await points()).toBe(0)
    expect((await seat()).checkedInAt).toBeNull()
    await scan(helper)
    expect(await points()).toBe(5)
  })

  it('lets in who has no ticket: a member by name, a guest by what they say', async () => {
    const ben = await community.member({ name: 'Ben' })
    const input = { eventId, scanId: uuidv7() }
    await community.send(helper, 'events.check_in', { ...input, memberId: ben.id })
    expect(await checkIn(ben)).toMatchObject({ name: 'Ben', walkIn: true })
    await community.send(helper, 'events.walk_in', { ...input, name: 'A neighbour' })
    const rows = [...(await community.feed(organiser)).get('check_ins')!.values()]
    expect(rows.map(({ name }) => name).sort()).toEqual(['A neighbour', 'Ben'])
  })

  it('is for those who run the event', async () => {
    expect(await scan(ann)).toMatchObject({ ok: false, code: 'forbidden' })
    const other = await community.send(ann, 'events.walk_in', { eventId, scanId: uuidv7(), name: 'x' })
    expect(other).toMatchObject({ ok: false, code: 'forbidden' })
  })
})

describe('feedback', () => {
  const give = (member: TestMember, input: Partial<CommandInput<'events.give_feedback'>> = {}) =>
    community.send(member, 'events.give_feedback', {
      eventId,
      rating: 4,
      text: '',
      anonymous: true,
      ...input,
    })
  const comers = async (count: number): Promise<TestMember[]> => {
    const made: TestMember[] = []
    for (let i = 0; i < count; i++) {
      const member = await community.member()
      await community.send(member, 'events.rsvp', { eventId, on: true })
      made.push(member)
    }
    return made
  }

  it('is for those who were there, from its beginning for two weeks', async () => {
    const stranger = await community.member()
    expect(await give(stranger)).toMatchObject({ reason: 'events.refused_not_there' })
    expect(await give(ann)).toMatchObject({ reason: 'events.refused_feedback_early' })
    community.clock.advance(day)
    expect(await give(ann)).toMatchObject({ ok: true })
    community.clock.advance(20 * day)
    expect(await give(ann, { anonymous: false })).toMatchObject({ reason: 'events.refused_feedback_late' })
  })

  it('without a name is given once, and keeps no member with it', async () => {
    community.clock.advance(day)
    await give(ann, { text: 'Too long' })
    expect(await give(ann, { text: 'Again' })).toMatchObject({ reason: 'events.refused_feedback_given' })
    const held = await community.services.read((reader) =>
      reader
        .tables<{ events_feedback: object; events_feedback_given: object }>()
        .selectFrom('events_feedback')
        .selectAll()
        .execute(),
    )
    expect(held).toMatchObject([{ text: 'Too long', member_id: null }])
    expect(JSON.stringify(held)).not.toContain(ann.id)
    expect(await row('own_feedback', planId(ann.id, eventId))).toMatchObject({ said: null })
  })

  it('with a name can be changed', async () => {
    community.clock.advance(day)
    await give(ann, { anonymous: false, text: 'Good' })
    await give(ann, { anonymous: false, text: 'Very good', rating: 5 })
    expect(await row('own_feedback', planId(ann.id, eventId))).toMatchObject({
      said: { rating: 5, text: 'Very good' },
    })
    expect(await give(ann)).toMatchObject({ ok: false })
  })

  it('is shown three new ones at a time, and what is left when it closes', async () => {
    const all = await comers(5)
    community.clock.advance(day)
    const summary = () => row<{ count: number }>('feedback', eventId)
    for (const [i, member] of all.entries()) {
      await give(member, { rating: i + 1, text: `word ${i}` })
      const shown = await summary()
      if (i < 2) expect(shown).toBeNull()
      else expect(shown!.count).toBe(3)
    }
    community.clock.advance(20 * day)
    await community.send(ann, 'events.rsvp', { eventId, on: false })
    await community.services.transact((tx) => tx.later('events.remind', { eventId: '', hours: 1, start: 0 }))
    await community.community.quiesce()
    expect(await summary()).toMatchObject({ count: 5, ratings: [1, 1, 1, 1, 1] })
    expect((await community.feed(ann)).get('feedback')?.size ?? 0).toBe(0)
  })

  it('of two is shown to nobody', async () => {
    const all = await comers(2)
    community.clock.advance(day)
    for (const member of all) await give(member)
    community.clock.advance(20 * day)
    await community.services.transact((tx) => tx.later('events.remind', { eventId: '', hours: 1, start: 0 }))
    await community.community.quiesce()
    expect(await row('feedback', eventId)).toBeNull()
  })
})

describe('a member who leaves for good', () => {
  it('gives their seat to the next, and leaves what they said without their name', async () => {
    const others = [await community.member(), await community.member()]
    await community.send(organiser, 'events.edit', { eventId, changes: { capacity: 1 } })
    await community.send(others[0]!, 'events.rsvp', { eventId, on: true })
    await scan(helper)
    await community.services.transact((tx) => tx.tell('profiles.deleted', { memberId: ann.id }))
    const held = JSON.stringify(
      [...(await community.feed(organiser)).entries()].map(([, rows]) => [...rows.keys()]),
    )
    expect(held).not.toContain(`${ann.id}:${eventId}`)
    expect((await seat(others[0])).status).toBe('offered')
    expect(await checkIn()).toBeNull()
  })
})

describe('calendars', () => {
  const calendar = async (): Promise<string> => {
    const asked = await community.request('/api/queries/events.calendar?input=%7B%7D', { as: ann })
    const { pathname } = new URL(/http[^"]+\.ics/.exec(await asked.text())![0])
    return (await community.request(pathname)).text()
  }

  it('have the events that one goes to, each change with a higher number', async () => {
    expect(await calendar()).toMatch(new RegExp(`UID:${eventId}@[\\s\\S]*SEQUENCE:0`))
    await community.send(organiser, 'events.edit', { eventId, changes: { place: 'Elsewhere' } })
    expect(await calendar()).toMatch(/SEQUENCE:1[\s\S]*LOCATION:Elsewhere/)
    await community.send(organiser, 'events.cancel', { eventId, reason: '' })
    expect(await calendar()).toMatch(/STATUS:CANCELLED/)
    await community.send(ann, 'events.rsvp', { eventId, on: false })
    expect(await calendar()).not.toContain(eventId)
  })
})
