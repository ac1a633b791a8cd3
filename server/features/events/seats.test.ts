import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { AttendeeRow, SeatRow } from '#shared/features/event-seats.ts'
import { type EventRow, planId } from '#shared/features/events.ts'
import type { NoticeRow } from '#shared/features/notifications.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { meetup } from '../../../test/support/meetup.ts'

const hour = 3_600_000
const day = 24 * hour

let community: TestCommunity
let organiser: TestMember
let eventId: string

beforeEach(async () => {
  community = await openCommunity()
  organiser = await community.member({ role: 'moderator', handle: 'organiser' })
  eventId = uuidv7()
})
afterEach(() => community.close())

const open = async (change: Partial<ReturnType<typeof meetup>> = {}): Promise<void> => {
  const made = await community.send(organiser, 'events.create', {
    eventId,
    ...meetup(community.clock.now + 7 * day),
    ...change,
  })
  expect(made).toMatchObject({ ok: true })
}
const members = async (count: number): Promise<TestMember[]> => {
  const made: TestMember[] = []
  for (let i = 0; i < count; i++) made.push(await community.member())
  return made
}
const rsvp = (member: TestMember, on = true, answers?: Record<string, string>) =>
  community.send(member, 'events.rsvp', { eventId, on, ...(answers ? { answers } : {}) })
const seat = (member: TestMember, subjectId = eventId): Promise<SeatRow> =>
  community.services.read(
    async (reader) => (await reader.row<SeatRow>('seats', planId(member.id, subjectId)))!,
  )
const event = (): Promise<EventRow> =>
  community.services.read(async (reader) => (await reader.row<EventRow>('events', eventId))!)
const states = async (all: TestMember[]): Promise<string[]> =>
  Promise.all(all.map(async (member) => (await seat(member)).status))
const pass = async (ms: number): Promise<void> => {
  community.clock.advance(ms)
  // A transaction that asks for a job looks for what is due.
  await community.services.transact((tx) => tx.later('events.remind', { eventId: '', hours: 1, start: 0 }))
  await community.community.quiesce()
}
const wordsTo = async (member: TestMember): Promise<string[]> =>
  [...((await community.feed(member)).get('notices')?.values() ?? [])].map((row: NoticeRow) => row.word)

describe('seats', () => {
  it('of 130 who want 100, the first hundred go and the others wait in their order', async () => {
    await open({ capacity: 100 })
    const all = await members(130)
    // One after the other: of those who ask at the same instant the engine decides who was first.
    for (const member of all) await rsvp(member)
    expect(await event()).toMatchObject({ going: 100, waiting: 30, offered: 0 })
    expect(new Set(await states(all.slice(0, 100)))).toEqual(new Set(['going']))
    const ahead = await Promise.all(all.slice(100).map(async (member) => (await seat(member)).ahead))
    expect(ahead).toEqual(Array.from({ length: 30 }, (_, i) => i))
  }, 60_000)

  it('the last one from two offline devices: one goes, the other waits, and each is told', async () => {
    await open({ capacity: 1 })
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    const at = community.clock.now - 3 * hour
    // Ben's clock says that he was first; his device came second.
    await community.send(ann, 'events.rsvp', { eventId, on: true }, { at })
    await community.send(ben, 'events.rsvp', { eventId, on: true }, { at: at - hour })
    expect(await states([ann, ben])).toEqual(['going', 'waiting'])
    expect(await wordsTo(ann)).toEqual(['events.notice_going'])
    expect(await wordsTo(ben)).toEqual(['events.notice_waiting'])
  })

  it('that get free are offered to whoever is next, kept for them, and go on when the time is over', async () => {
    await open({ capacity: 1, offerHours: 12 })
    const [ann, ben, cem] = (await members(3)) as [TestMember, TestMember, TestMember]
    for (const member of [ann, ben, cem]) await rsvp(member)
    await rsvp(ann, false)
    expect(await states([ann, ben, cem])).toEqual(['declined', 'offered', 'waiting'])
    expect(await wordsTo(ben)).toEqual(['events.notice_offer'])
    // Kept for Ben: Ann is not quicker.
    await rsvp(ann)
    expect(await states([ann, ben, cem])).toEqual(['waiting', 'offered', 'waiting'])
    await pass(12 * hour)
    expect(await states([ann, ben, cem])).toEqual(['waiting', 'declined', 'offered'])
    expect(await wordsTo(ben)).toEqual(['events.notice_expired'])
    expect(await rsvp(cem)).toMatchObject({ ok: true, data: { status: 'going' } })
    expect((await event()).going).toBe(1)
    expect((await seat(ann)).ahead).toBe(0)
  })

  it('that are given back cascade, and an offer too late is no seat', async () => {
    await open({ capacity: 1, offerHours: 1 })
    const [ann, ben, cem] = (await members(3)) as [TestMember, TestMember, TestMember]
    for (const member of [ann, ben, cem]) await rsvp(member)
    await rsvp(ann, false)
    // The job has not run yet when Ben's late answer arrives.
    community.clock.advance(2 * hour)
    expect(await rsvp(ben)).toMatchObject({ data: { status: 'waiting' } })
    expect(await states([ben, cem])).toEqual(['waiting', 'offered'])
    await rsvp(cem, false)
    expect(await states([ben, cem])).toEqual(['offered', 'declined'])
  })

  it('come to staff first, then in order', async () => {
    await open({ capacity: 1 })
    const [ann, ben, helper] = (await members(3)) as [TestMember, TestMember, TestMember]
    await community.send(organiser, 'events.set_staff', { eventId, memberId: helper.id, on: true })
    for (const member of [ann, ben, helper]) await rsvp(member)
    expect((await seat(helper)).ahead).toBe(0)
    expect((await seat(ben)).ahead).toBe(1)
    await rsvp(ann, false)
    expect(await states([ben, helper])).toEqual(['waiting', 'offered'])
  })

  it('lowered under those who go throw nobody out; raised they are offered', async () => {
    await open({ capacity: 3 })
    const all = await members(5)
    for (const member of all) await rsvp(member)
    const capacity = (to: number | null) =>
      community.send(organiser, 'events.edit', { eventId, changes: { capacity: to } })
    await capacity(1)
    expect(await states(all)).toEqual(['going', 'going', 'going', 'waiting', 'waiting'])
    await rsvp(all[0]!, false)
    expect((await event()).waiting).toBe(2)
    await capacity(3)
    expect(await states(all)).toEqual(['declined', 'going', 'going', 'offered', 'waiting'])
    await capacity(null)
    expect(await states(all.slice(3))).toEqual(['offered', 'going'])
  })

  it('are the organisers’ to move, and whoever is moved hears of it', async () => {
    await open({ capacity: 1 })
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    await rsvp(ann)
    await rsvp(ben)
    const move = (memberId: string, to: 'going' | 'waiting' | 'declined', by = organiser) =>
      community.send(by, 'events.move', { eventId, subjectId: eventId, memberId, to })
    expect(await move(ann.id, 'declined', ben)).toMatchObject({ ok: false, code: 'forbidden' })
    await move(ben.id, 'going')
    expect(await event()).toMatchObject({ going: 2, capacity: 1 })
    await move(ann.id, 'waiting')
    expect(await states([ann, ben])).toEqual(['waiting', 'going'])
    expect(await wordsTo(ann)).toEqual(['events.notice_moved_waiting'])
    expect(await move(organiser.id, 'going')).toMatchObject({ ok: false, reason: 'events.refused_no_seat' })
  })

  it('of a session are for those who have one at the event, and go with it', async () => {
    await open()
    const sessionId = uuidv7()
    const { start } = await event()
    const talk = { title: 'Talk', abstract: '', start, end: start + hour, room: '', persons: [] }
    await community.send(organiser, 'events.set_session', { eventId, sessionId, ...talk, capacity: 1 })
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    const take = (member: TestMember) =>
      community.send(member, 'events.rsvp', { eventId, sessionId, on: true })
    expect(await take(ann)).toMatchObject({ ok: false, reason: 'events.refused_event_first' })
    for (const member of [ann, ben]) {
      await rsvp(member)
      await take(member)
    }
    expect((await seat(ann, sessionId)).status).toBe('going')
    expect((await seat(ben, sessionId)).status).toBe('waiting')
    await rsvp(ann, false)
    expect((await seat(ben, sessionId)).status).toBe('offered')
    expect((await seat(ann, sessionId)).status).toBe('declined')
  })

  it('never exceed what there are, whatever people do in whatever order', async () => {
    let random = 7
    const roll = (sides: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((random / 2_147_483_648) * sides)
    }
    await open({ capacity: 4, offerHours: 2 })
    const all = await members(12)
    const asked: string[] = []
    for (let step = 0; step < 150; step++) {
      const member = all[roll(all.length)]!
      const before = (await community.services.read((reader) =>
        reader.row<SeatRow>('seats', planId(member.id, eventId)),
      )) ?? { status: 'declined' }
      const act = roll(5)
      if (act === 4) await pass(roll(3) * hour)
      else {
        await rsvp(member, act < 3)
        if (act < 3 && before.status === 'declined') asked.push(member.id)
      }
      const rows = await community.services.read((reader) => reader.rows<AttendeeRow>('attendees'))
      const of = (status: string) => rows.map(({ data }) => data).filter((row) => row.status === status)
      const { going, offered, waiting, capacity } = await event()
      expect([going, offered, waiting]).toEqual([
        of('going').length,
        of('offered').length,
        of('waiting').length,
      ])
      expect(going + offered!).toBeLessThanOrEqual(capacity!)
      // Nobody waits while a seat is free, and those who wait stand in the order in which they asked.
      if (waiting! > 0) expect(going + offered!).toBe(capacity)
      const queue = of('waiting').sort((a, b) => a.turn - b.turn)
      const order = queue.map((row) => asked.lastIndexOf(row.memberId))
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }
    expect(asked.length).toBeGreaterThan(20)
  }, 60_000)
})

describe('an event that is made here', () => {
  it('is made by organisers, changed by its staff, and nobody else', async () => {
    const [ann, helper] = (await members(2)) as [TestMember, TestMember]
    const input = { eventId, ...meetup(community.clock.now + day) }
    expect(await community.send(ann, 'events.create', input)).toMatchObject({ ok: false, code: 'forbidden' })
    await open()
    expect(await community.send(organiser, 'events.create', input)).toMatchObject({ code: 'conflict' })
    const rename = (by: TestMember) =>
      community.send(by, 'events.edit', { eventId, changes: { title: 'Renamed' } })
    expect(await rename(helper)).toMatchObject({ ok: false, code: 'forbidden' })
    await community.send(organiser, 'events.set_staff', { eventId, memberId: helper.id, on: true })
    expect(await rename(helper)).toMatchObject({ ok: true })
    expect(await event()).toMatchObject({ title: 'Renamed', sequence: 1 })
    await community.send(organiser, 'events.set_staff', { eventId, memberId: helper.id, on: false })
    expect(await rename(helper)).toMatchObject({ ok: false })
    expect((await community.feed(helper)).get('attendees')?.size ?? 0).toBe(0)
  })

  it('says which of its fields is wrong', async () => {
    const input = { eventId, ...meetup(community.clock.now + day) }
    const make = (change: object) => community.send(organiser, 'events.create', { ...input, ...change })
    expect(await make({ end: input.start })).toMatchObject({ field: 'end', reason: 'events.refused_times' })
    expect(await make({ end: input.start + 90 * day })).toMatchObject({ reason: 'events.refused_long' })
    expect(await make({ timeZone: 'Mars/Base' })).toMatchObject({ code: 'invalid', field: 'timeZone' })
    expect(await make({ capacity: 0 })).toMatchObject({ code: 'invalid', field: 'capacity' })
    expect(await make({ link: 'javascript:alert(1)' })).toMatchObject({ code: 'invalid', field: 'link' })
    expect(await make({ opening: { to: 'groups', groups: ['x'] } })).toMatchObject({ code: 'invalid' })
  })

  it('is its staff’s alone while it is a draft', async () => {
    await open({ draft: true })
    const [ann] = (await members(1)) as [TestMember]
    expect((await community.feed(ann)).get('events')?.size ?? 0).toBe(0)
    expect(await rsvp(ann)).toMatchObject({ ok: false, code: 'not_found' })
    await community.send(organiser, 'events.open', { eventId })
    expect((await community.feed(ann)).get('events')?.size).toBe(1)
    expect(await rsvp(ann)).toMatchObject({ ok: true })
  })

  it('that is for a tier shows itself to all, and is joined by those who have it', async () => {
    await open({ opening: { to: 'tiers', tiers: ['gold'] } })
    const [ann, gold] = (await members(2)) as [TestMember, TestMember]
    await community.services.transact((tx) => tx.grant(gold.id, 'tier:gold', 'test'))
    expect((await community.feed(ann)).get('events')?.size).toBe(1)
    expect((await community.feed(ann)).get('event_doors')?.size ?? 0).toBe(0)
    expect(await rsvp(ann)).toMatchObject({ ok: false, reason: 'events.refused_not_open' })
    expect(await rsvp(gold)).toMatchObject({ ok: true })
  })

  it('tells where it is online to those who go', async () => {
    await open({ online: true, link: 'https://meet.example/room' })
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    await rsvp(ann)
    expect((await community.feed(ann)).get('event_links')?.get(eventId)).toMatchObject({
      url: 'https://meet.example/room',
    })
    expect((await community.feed(ben)).get('event_links')?.size ?? 0).toBe(0)
    await rsvp(ann, false)
    expect((await community.feed(ann)).get('event_links')?.size ?? 0).toBe(0)
  })

  it('asks its questions, and shows the answers to its staff alone', async () => {
    await open({
      questions: [
        { id: 'food', text: 'Food?', kind: 'choice', options: ['Rice', 'Noodles'], required: true },
        { id: 'why', text: 'Why?', kind: 'text', options: [], required: false },
      ],
    })
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    expect(await rsvp(ann)).toMatchObject({
      code: 'invalid',
      field: 'answers.food',
      reason: 'events.refused_answer',
      params: { question: 'Food?' },
    })
    expect(await rsvp(ann, true, { food: 'Soup' })).toMatchObject({ ok: false })
    await rsvp(ann, true, { food: 'Rice', other: 'x' })
    await rsvp(ben, true, { food: 'Noodles', why: 'Curious' })
    const rows = (await community.feed(organiser)).get('attendees')!
    expect(rows.get(planId(ann.id, eventId)).answers).toEqual({ food: 'Rice' })
    expect((await community.feed(ben)).get('attendees')?.size ?? 0).toBe(0)
  })

  it('that is cancelled keeps who was coming, tells them, and takes nobody more', async () => {
    await open()
    const [ann, ben] = (await members(2)) as [TestMember, TestMember]
    await rsvp(ann)
    await community.send(organiser, 'events.cancel', { eventId, reason: 'The venue flooded' })
    expect(await event()).toMatchObject({ state: 'cancelled', reason: 'The venue flooded', going: 1 })
    expect(await wordsTo(ann)).toEqual(['events.notice_cancelled'])
    expect(await rsvp(ben)).toMatchObject({ reason: 'events.refused_cancelled' })
  })

  it('reminds a day and an hour before, each once, of the time that it has by then', async () => {
    await open()
    const [ann] = (await members(1)) as [TestMember]
    await rsvp(ann)
    const { start, end } = await event()
    await community.send(organiser, 'events.edit', {
      eventId,
      changes: { start: start + day, end: end + day },
    })
    expect(await wordsTo(ann)).toEqual(['events.notice_changed'])
    await pass(6 * day)
    expect(await wordsTo(ann)).toEqual(['events.notice_changed'])
    await pass(day)
    expect(await wordsTo(ann)).toEqual(['events.notice_day'])
    await pass(23 * hour)
    expect(await wordsTo(ann)).toEqual(['events.notice_hour'])
  })

  it('is over for whoever comes after it', async () => {
    await open()
    const [ann] = (await members(1)) as [TestMember]
    await pass(30 * day)
    expect(await rsvp(ann)).toMatchObject({ ok: false, reason: 'events.refused_over' })
  })
})
