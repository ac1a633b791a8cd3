import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import type { TestCommunity, TestMember } from '../../../test/support/community.ts'
import { openCommunity } from '../../../test/support/community.ts'
import { importSchedule } from './import.ts'

let community: TestCommunity
let folder: string
let ada: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada' })
  folder = await mkdtemp(join(tmpdir(), 'schedule-'))
})
afterEach(async () => {
  await community.close()
  await rm(folder, { recursive: true })
})

interface Talk {
  guid: string
  title?: string
  date?: string
  duration?: string
}

async function importing(talks: Talk[], acronym = 'conf') {
  const rooms = {
    Hall: talks.map((talk) => ({
      title: `Talk ${talk.guid}`,
      date: '2026-05-02T10:00:00+02:00',
      duration: '01:00',
      persons: [{ name: 'Ada & Ben' }],
      description: 'About <b>things</b>',
      ...talk,
    })),
  }
  const conference = {
    title: `The ${acronym} <conference>`,
    acronym,
    time_zone_name: 'Europe/Berlin',
    url: 'https://conf.example/',
    days: [{ date: '2026-05-02', rooms }],
  }
  const path = join(folder, `${acronym}.json`)
  await writeFile(path, JSON.stringify({ schedule: { conference } }))
  return importSchedule(community.services, path)
}

const sessionsOf = async (viewer?: TestMember): Promise<Map<string, SessionRow>> =>
  (await community.feed(viewer)).get('sessions') ?? new Map()
const eventOf = async (id: string): Promise<EventRow> => (await community.feed()).get('events')!.get(id)
const plansOf = async (viewer: TestMember) => [
  ...((await community.feed(viewer)).get('plans')?.values() ?? []),
]

describe('importing a schedule', () => {
  it('brings an event and its sessions to everyone; again, it changes nothing', async () => {
    const talks = [{ guid: 'a' }, { guid: 'b', title: 'B' }]
    expect(await importing(talks)).toMatchObject({ created: 2, updated: 0, unchanged: 0, skipped: [] })
    expect((await sessionsOf()).get('b')).toMatchObject({
      title: 'B',
      eventId: 'conf',
      description: 'About **things**',
    })
    const before = await community.feed()
    expect(await importing(talks)).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
    expect(await community.feed()).toEqual(before)
  })

  it('updates what changed, keeps its address, and takes out what vanished, also from schedules', async () => {
    await importing([{ guid: 'a' }, { guid: 'b' }])
    await community.send(ada, 'events.save_session', { sessionId: 'a', on: true })
    await community.send(ada, 'events.save_session', { sessionId: 'b', on: true })
    await community.send(ada, 'events.rsvp', { eventId: 'conf', on: true })
    const report = await importing([{ guid: 'a', title: 'New title' }, { guid: 'c' }])
    expect(report).toMatchObject({ created: 1, updated: 1, unchanged: 0 })
    expect(report.remarks).toMatchObject([{ why: 'no longer in the schedule: removed' }])
    expect([...(await sessionsOf()).keys()].sort()).toEqual(['a', 'c'])
    expect((await sessionsOf()).get('a')).toMatchObject({ title: 'New title' })
    expect((await plansOf(ada)).map((plan) => plan.subjectId).sort()).toEqual(['a', 'conf'])
    expect(await eventOf('conf')).toMatchObject({ slug: 'conf', going: 1 })
  })

  it('reports a broken entry and imports the rest', async () => {
    const report = await importing([{ guid: 'a' }, { guid: 'b', duration: 'never' }])
    expect(report).toMatchObject({
      created: 1,
      skipped: [{ what: expect.stringContaining('b'), why: 'bad duration: never' }],
    })
  })

  it('leaves a session of another event alone', async () => {
    await importing([{ guid: 'a' }], 'one')
    const report = await importing([{ guid: 'a' }, { guid: 'b' }], 'two')
    expect(report).toMatchObject({
      created: 1,
      skipped: [{ why: 'its id is that of a session of another event' }],
    })
    expect((await sessionsOf()).get('a')!.eventId).toBe('one')
  })

  it('imports nothing of a file that it cannot read, and says why', async () => {
    const missing = await importSchedule(community.services, join(folder, 'absent.json'))
    expect(missing).toMatchObject({ created: 0, skipped: [{ why: expect.stringContaining('ENOENT') }] })
    expect((await community.feed()).get('events')?.size ?? 0).toBe(0)
  })
})

describe('plans', () => {
  beforeEach(() => importing([{ guid: 'a' }, { guid: 'b' }]))

  it('are their member’s alone; the count is everyone’s', async () => {
    const ben = await community.member({ handle: 'ben' })
    for (const member of [ada, ben]) {
      await community.send(member, 'events.rsvp', { eventId: 'conf', on: true })
      await community.send(member, 'events.save_session', { sessionId: 'a', on: true })
    }
    expect(await plansOf(ada)).toHaveLength(2)
    expect(await plansOf(ada)).toEqual(await plansOf(ben))
    expect((await community.feed()).get('plans')?.size ?? 0).toBe(0)
    expect((await eventOf('conf')).going).toBe(2)
    await community.send(ben, 'events.rsvp', { eventId: 'conf', on: false })
    expect((await eventOf('conf')).going).toBe(1)
    expect((await plansOf(ben)).map((plan) => plan.kind)).toEqual(['session'])
  })

  it('said twice count once', async () => {
    for (const on of [true, true, false, false, true])
      await community.send(ada, 'events.rsvp', { eventId: 'conf', on })
    expect((await eventOf('conf')).going).toBe(1)
    expect(await plansOf(ada)).toHaveLength(1)
  })

  it('for what does not exist are refused', async () => {
    expect(await community.send(ada, 'events.rsvp', { eventId: 'nowhere', on: true })).toMatchObject({
      ok: false,
      code: 'not_found',
      reason: 'events.refused_no_event',
    })
    expect(await community.send(ada, 'events.save_session', { sessionId: 'zzz', on: true })).toMatchObject({
      ok: false,
      reason: 'events.refused_no_session',
    })
  })
})

describe('calendar files', () => {
  beforeEach(() => importing([{ guid: 'a' }, { guid: 'b', date: '2026-05-02T12:00:00+02:00' }]))

  it('of a session are there for guests', async () => {
    const response = await community.request('/api/ics/session/a.ics')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/calendar')
    expect(await response.text()).toContain('DTSTART:20260502T080000Z')
    expect((await community.request('/api/ics/session/absent.ics')).status).toBe(404)
  })

  it('of one’s schedule are at an address that only its member learns', async () => {
    await community.send(ada, 'events.save_session', { sessionId: 'b', on: true })
    const asked = await community.request('/api/queries/events.calendar?input=%7B%7D', { as: ada })
    const address = /http[^"]+\.ics/.exec(await asked.text())![0]
    const path = new URL(address).pathname
    const text = await (await community.request(path)).text()
    expect(text).toContain('UID:b@')
    expect(text).not.toContain('UID:a@')
    const forged = path.replace(/.(?=\.ics$)/, (last) => (last === 'A' ? 'B' : 'A'))
    expect((await community.request(forged)).status).toBe(404)
    const other = ada.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await community.request(path.replace(ada.id, other))).status).toBe(404)
    const guest = await community.request('/api/queries/events.calendar?input=%7B%7D')
    expect(guest.status).toBeGreaterThanOrEqual(400)
  })
})

describe('public pages', () => {
  beforeEach(() => importing([{ guid: 'a', title: 'Fish & <chips>' }]))

  it.each(['/events', '/events/conf', '/events/conf/a'])(
    '%s reads without scripts, all text escaped',
    async (path) => {
      const response = await community.request(path, {
        headers: { accept: 'text/html', 'accept-language': 'en' },
      })
      expect(response.status).toBe(200)
      const html = await response.text()
      expect(html).toContain('The conf &lt;conference&gt;')
      expect(html.match(/<h1>/g)).toHaveLength(1)
      expect(html).not.toContain('<conference>')
      expect(html).not.toContain('<chips>')
    },
  )

  it('describe the event to search engines', async () => {
    const html = await (await community.request('/events/conf', { headers: { accept: 'text/html' } })).text()
    const ld = /<script type="application\/ld\+json"[^>]*>([\s\S]*?)<\/script>/.exec(html)![1]!
    expect(JSON.parse(ld)).toMatchObject({ '@type': 'Event', startDate: '2026-05-02T08:00:00.000Z' })
    expect(html).toContain('10:00')
  })
})
