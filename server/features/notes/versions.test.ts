/** Versions of notes as members meet them: through the document, commands, the feed and the query. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { openSqlite } from '#server/core/db.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { CommandResult } from '#shared/core/wire.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import type { NotesRow, NoteVersionRow } from '#shared/features/notes.ts'
import { restoreText } from '#shared/features/notes-restore.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

const minute = 60_000
const day = 24 * 60 * minute
const paragraph = 'We agreed that the device writes first and the server hears of it afterwards.\n'
const all = Array.from({ length: 8 }, (_, i) => `${i + 1}. ${paragraph}`).join('')

let community: TestCommunity
let ada: TestMember
let lin: TestMember
let mona: TestMember

async function begin(database?: ReturnType<typeof openSqlite>): Promise<void> {
  community = await openCommunity(database ? { database } : {})
  ada = await community.member({ handle: 'ada', name: 'Ada' })
  lin = await community.member({ handle: 'lin', name: '林' })
  mona = await community.member({ handle: 'mona', name: 'Mona', role: 'moderator' })
  await community.services.transact(async (tx) => {
    for (const [id, access] of [
      ['summit', 'public'],
      ['inside', 'members'],
    ] as const) {
      await tx.publish('events', id, { id, slug: id, title: id, access } satisfies Partial<EventRow>)
    }
    for (const [id, eventId] of [
      ['talk', 'summit'],
      ['other', 'inside'],
    ] as const) {
      await tx.publish('sessions', id, { id, eventId, title: id, access: 'members' } as Partial<SessionRow>)
    }
  })
}

beforeEach(() => begin())
afterEach(() => community.close())

function set(text: string) {
  return (doc: Y.Doc): void => {
    const body = doc.getText('body')
    body.delete(0, body.length)
    body.insert(0, text)
  }
}

function append(text: string) {
  return (doc: Y.Doc): void => doc.getText('body').insert(doc.getText('body').length, text)
}

/** Writes, and lets the pause pass after which rows are derived. */
async function write(member: TestMember, change: (doc: Y.Doc) => void, session = 'talk'): Promise<void> {
  await community.write(member, `notes/${session}`, change)
  community.clock.advance(3_000)
  await community.community.quiesce()
}

async function versions(session = 'talk'): Promise<NoteVersionRow[]> {
  const rows: NoteVersionRow[] = [...((await community.feed(ada)).get('note_versions')?.values() ?? [])]
  return rows.filter((row) => row.sessionId === session).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

async function bodyOf(
  id: string,
  as: TestMember | undefined = ada,
  session = 'talk',
): Promise<string | null> {
  const input = encodeURIComponent(JSON.stringify({ sessionId: session, id }))
  const response = await community.request(`/api/queries/notes.version?input=${input}`, as ? { as } : {})
  if (!response.ok) throw new Error(String(response.status))
  return ((await response.json()) as { output: { body: string } | null }).output?.body ?? null
}

async function text(session = 'talk'): Promise<string> {
  return (await community.doc(ada, `notes/${session}`)).getText('body').toString()
}

function reasonOf(result: CommandResult): string | undefined {
  return result.ok ? undefined : (result.reason ?? result.code)
}

test('while people write, the text is kept every few minutes, with who wrote and how much', async () => {
  await write(lin, append('First thoughts.\n'))
  community.clock.advance(2 * minute)
  await write(ada, append('Second thoughts, 两个人.\n'))
  expect(await versions()).toEqual([])
  const at = community.clock.now
  community.clock.advance(4 * minute)
  await write(lin, append('Third.\n'))
  const [first, ...more] = await versions()
  expect(more).toEqual([])
  expect(first).toMatchObject({
    sessionId: 'talk',
    at,
    words: 7,
    added: 7,
    removed: 0,
    reason: 'time',
    name: null,
    namedBy: null,
    loss: null,
  })
  expect(first!.authors.map(({ name }) => name)).toEqual(['林', 'Ada'])
  expect(await bodyOf(first!.id)).toBe('First thoughts.\nSecond thoughts, 两个人.\n')
  community.clock.advance(6 * minute)
  await write(lin, set('First thoughts.\nThird, and a fourth.\n'))
  const second = (await versions())[1]!
  expect(second.authors.map(({ name }) => name)).toEqual(['林'])
  expect(second).toMatchObject({ added: 1, removed: 0 })
})

test('a version with everything in it is there when everything is deleted within seconds', async () => {
  await write(ada, append(all))
  await write(lin, set(''))
  const [kept, ...more] = await versions()
  expect(more).toEqual([])
  expect(kept).toMatchObject({ reason: 'loss', loss: { repaired: false } })
  expect(kept!.loss!.by.map(({ name }) => name)).toEqual(['林'])
  expect(await bodyOf(kept!.id)).toBe(all)
})

test('what was written and deleted before anybody looked is there too, and who deleted it is told', async () => {
  await community.write(ada, 'notes/talk', append(all))
  await community.write(mona, 'notes/talk', append('Mona was here as well.\n'))
  await community.write(lin, 'notes/talk', set(''))
  await write(ada, append('Hello?'))
  const [lost, ...more] = await versions()
  expect(more).toEqual([])
  expect(await bodyOf(lost!.id)).toBe(`${all}Mona was here as well.\n`)
  expect(lost!.loss!.by.map(({ name }) => name)).toEqual(['林'])
  expect(lost!.authors.map(({ name }) => name)).toEqual(['Ada', 'Mona'])
})

test('what comes and goes again between two looks is kept all the same', async () => {
  await write(ada, append('Hello.\n'))
  await community.write(ada, 'notes/talk', append(all))
  await community.write(lin, 'notes/talk', set('Hello.\n'))
  await write(ada, append('Again.\n'))
  expect(await Promise.all((await versions()).map(({ id }) => bodyOf(id)))).toEqual([`Hello.\n${all}`])
})

test('deleting the same again and again makes one version, and tells of it again', async () => {
  await write(ada, append(all))
  for (const member of [lin, ada, lin]) {
    await write(member, set(''))
    await write(ada, set(all))
  }
  await write(mona, set(''))
  const kept = await versions()
  expect(kept).toHaveLength(1)
  expect(kept[0]!.loss).toMatchObject({ by: [{ name: 'Mona' }], repaired: false })
})

test('text that goes line by line is kept as it was when it was fullest', async () => {
  await write(ada, append(all))
  const lines = all.split('\n').slice(0, -1)
  for (let left = lines.length - 1; left >= 0; left--) {
    await write(lin, set(lines.slice(0, left).join('\n')))
  }
  const bodies = await Promise.all((await versions()).map(({ id }) => bodyOf(id)))
  expect(bodies).toContain(all)
})

test('a restore keeps what was there before it, and the loss counts as repaired', async () => {
  await write(ada, append(all))
  await write(lin, set('Nothing to see here.'))
  const [lost] = await versions()
  const before = await bodyOf(lost!.id)
  await write(ada, (doc) => void restoreText(doc, { id: lost!.id, body: before! }))
  expect(await text()).toBe(all)
  const [kept, replaced] = await versions()
  expect(kept).toMatchObject({ id: lost!.id, loss: { repaired: true } })
  expect(replaced).toMatchObject({ reason: 'restore', loss: null })
  expect(await bodyOf(replaced!.id)).toBe('Nothing to see here.')
})

test('whoever types the text back has repaired it as well', async () => {
  await write(ada, append(all))
  await write(lin, set(''))
  await write(lin, set(all))
  expect((await versions())[0]!.loss!.repaired).toBe(true)
})

test('two who bring the same version back at the same time bring it back once', async () => {
  await write(ada, append(all))
  await write(lin, set(''))
  const [lost] = await versions()
  const version = { id: lost!.id, body: all }
  // Neither has heard of the other.
  const [one, two] = await Promise.all([community.doc(ada, 'notes/talk'), community.doc(lin, 'notes/talk')])
  const { encodeStateAsUpdate, encodeStateVector } = await import('yjs')
  for (const [member, doc] of [
    [ada, one],
    [lin, two],
  ] as const) {
    const before = encodeStateVector(doc)
    restoreText(doc, version)
    await community.sendUpdate(member, 'notes/talk', encodeStateAsUpdate(doc, before))
  }
  expect((await text()).length).toBe(2 * all.length)
  community.clock.advance(3_000)
  await community.community.quiesce()
  expect(await text()).toBe(all)
  expect((await community.feed(ada)).get('notes')!.get('talk')).toMatchObject({
    words: expect.any(Number),
    contributors: ['Ada', '林'],
  })
  expect((await versions())[0]!.loss!.repaired).toBe(true)
})

test('any member names the notes as they are, also with a text that the server has not seen', async () => {
  await write(ada, append(all))
  const id = uuidv7()
  expect(
    await community.send(lin, 'notes.keep_version', {
      sessionId: 'talk',
      id,
      name: '  Before lunch ',
      body: all,
    }),
  ).toMatchObject({ ok: true })
  const [kept] = await versions()
  expect(kept).toMatchObject({ id, name: 'Before lunch', reason: 'name', namedBy: { name: '林' } })
  expect(kept!.authors.map(({ name }) => name)).toEqual(['Ada'])
  // What the server knows nothing of is vouched for by nobody but its author.
  const own = uuidv7()
  await community.send(lin, 'notes.keep_version', {
    sessionId: 'talk',
    id: own,
    name: '离线',
    body: '离线写的。',
  })
  const offline = (await versions()).find((version) => version.id === own)!
  expect(offline.authors.map(({ name }) => name)).toEqual(['林'])
  expect(await bodyOf(own)).toBe('离线写的。')
})

test('names are said once; who gave one changes it, and moderators', async () => {
  await write(ada, append(all))
  const [one, two] = [uuidv7(), uuidv7()]
  const keep = (id: string, name: string, body = all) =>
    community.send(lin, 'notes.keep_version', { sessionId: 'talk', id, name, body })
  expect((await keep(one, 'Draft')).ok).toBe(true)
  expect(reasonOf(await keep(two, 'dＲＡＦＴ '))).toBe('notes.name_taken')
  expect(reasonOf(await keep(two, 'Blank', ' \n'))).toBe('notes.nothing_to_keep')
  expect((await keep(two, 'Final', `${all}!`)).ok).toBe(true)
  const name = (member: TestMember, id: string, to: string | null) =>
    community.send(member, 'notes.name_version', { sessionId: 'talk', id, name: to })
  expect(reasonOf(await name(ada, one, 'Mine'))).toBe('notes.name_not_yours')
  expect(reasonOf(await name(lin, one, 'final'))).toBe('notes.name_taken')
  expect((await name(lin, one, 'draft')).ok).toBe(true)
  expect((await name(mona, one, 'Renamed by a moderator')).ok).toBe(true)
  const first = async () => (await versions()).find(({ id }) => id === one)
  expect(await first()).toMatchObject({ name: 'Renamed by a moderator', namedBy: { name: '林' } })
  expect((await name(lin, one, null)).ok).toBe(true)
  expect(await first()).toMatchObject({ name: null, namedBy: null })
  expect((await name(ada, one, 'Now mine')).ok).toBe(true)
  expect(reasonOf(await name(ada, uuidv7(), 'x'))).toBe('notes.version_gone')
})

test('there are only so many names', async () => {
  for (let i = 0; i < 50; i++) {
    const input = { sessionId: 'talk', id: uuidv7(), name: `v${i}`, body: `text ${i}` }
    expect((await community.send(ada, 'notes.keep_version', input)).ok).toBe(true)
  }
  const over = { sessionId: 'talk', id: uuidv7(), name: 'v50', body: 'text' }
  expect(reasonOf(await community.send(ada, 'notes.keep_version', over))).toBe('notes.names_full')
})

test('a version’s text is for those who may open the notes, and only by its own session', async () => {
  await write(ada, append(all))
  await write(ada, append(all), 'other')
  await write(lin, set(''))
  await write(lin, set(''), 'other')
  const [here] = await versions()
  const [there] = await versions('other')
  expect(await bodyOf(here!.id, lin)).toBe(all)
  await expect(bodyOf(here!.id, null)).rejects.toThrow('401')
  expect(await bodyOf(there!.id, lin, 'talk')).toBeNull()
  expect(await bodyOf(uuidv7(), lin)).toBeNull()
  expect((await community.feed()).get('note_versions')?.size ?? 0).toBe(0)
  // The session is taken off the schedule: the notes cannot be opened, nor what they were.
  await community.services.transact((tx) => tx.publish('sessions', 'other', null))
  expect(await bodyOf(there!.id, lin, 'other')).toBeNull()
  const input = { sessionId: 'other', id: there!.id, name: 'x' }
  expect((await community.send(lin, 'notes.name_version', input)).ok).toBe(false)
  const kept = { sessionId: 'nothing', id: uuidv7(), name: 'x', body: 'x' }
  expect((await community.send(lin, 'notes.keep_version', kept)).ok).toBe(false)
})

test('at night old versions are thinned out', async () => {
  for (let i = 0; i < 6; i++) {
    await write(ada, append(`${i} ${paragraph}`))
    community.clock.advance(6 * minute)
  }
  expect(await versions()).toHaveLength(5)
  community.clock.advance(3 * day)
  // Whatever is asked for runs what is due.
  await community.services.transact((tx) => tx.later('notes.begin', {}))
  await community.community.quiesce()
  const left = await versions()
  expect(left.length).toBeLessThanOrEqual(2)
  expect(left.length).toBeGreaterThan(0)
})

test('a text too long for a version is not kept, and what it replaced is', async () => {
  await write(ada, append(all))
  await write(lin, append('x'.repeat(310_000)))
  expect(await Promise.all((await versions()).map(({ id }) => bodyOf(id)))).toEqual([all])
  await write(lin, set('short again'))
  expect(await versions()).toHaveLength(1)
})

test('notes from before there were versions lose nothing either', async () => {
  await write(ada, append(all))
  await community.services.transact((tx) =>
    tx.tables<{ notes_head: { session_id: string } }>().deleteFrom('notes_head').execute(),
  )
  await community.services.transact((tx) => tx.later('notes.begin', {}))
  await community.community.quiesce()
  await write(lin, set(''))
  expect(await bodyOf((await versions())[0]!.id)).toBe(all)
})

test('only moderators erase the history', async () => {
  await write(ada, append(all))
  await write(lin, set(''))
  expect(reasonOf(await community.send(ada, 'notes.purge', { sessionId: 'talk' }))).toBe('forbidden')
  expect(await versions()).toHaveLength(1)
  expect((await community.send(mona, 'notes.purge', { sessionId: 'talk' })).ok).toBe(true)
  expect(await versions()).toEqual([])
})

test('erasing the history keeps the notes as they are, and writing goes on', async () => {
  await write(ada, append(`${all}secret`))
  await write(ada, set(all))
  const [kept] = await versions()
  await community.send(mona, 'notes.purge', { sessionId: 'talk' })
  expect(await text()).toBe(all)
  if (kept) expect(await bodyOf(kept.id)).toBeNull()
  await write(lin, append('And on.\n'))
  expect(await text()).toBe(`${all}And on.\n`)
  const row: NotesRow = (await community.feed(ada)).get('notes')!.get('talk')
  expect(row.contributors).toEqual(['Ada', '林'])
  await write(lin, set(''))
  expect(await bodyOf((await versions())[0]!.id)).toBe(`${all}And on.\n`)
})

test('what was erased is in no file of the community any more', async () => {
  await community.close()
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-notes-'))
  await begin(openSqlite(join(folder, 'lyceum.sqlite')))
  const secret = 'swordfish-4711-canary'
  const filesWithSecret = (): string[] =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(secret))
  await write(ada, append(`${all}The password is ${secret}.\n`))
  const name = { sessionId: 'talk', id: uuidv7(), name: 'With it', body: `${all}${secret}` }
  await community.send(ada, 'notes.keep_version', name)
  await write(lin, set(''))
  await write(lin, set(all))
  expect(filesWithSecret()).not.toEqual([])
  expect((await community.send(mona, 'notes.purge', { sessionId: 'talk' })).ok).toBe(true)
  await community.community.quiesce()
  expect(filesWithSecret()).toEqual([])
  expect(await text()).toBe(all)
  rmSync(folder, { recursive: true })
})

test('whoever pastes and deletes without end costs little, and pushes nothing out', async () => {
  await write(ada, append(all))
  const junk = Array.from({ length: 4_000 }, (_, i) => `junk ${i} and more of it`).join('\n')
  for (let i = 0; i < 30; i++) {
    await community.write(mona, 'notes/talk', set(`${i} ${junk}`))
  }
  await community.write(mona, 'notes/talk', set('ha'))
  const begin = process.cpuUsage()
  community.clock.advance(3_000)
  await community.community.quiesce()
  const { user, system } = process.cpuUsage(begin)
  expect((user + system) / 1_000).toBeLessThan(2_000)
  const kept = await versions()
  expect(kept.length).toBeLessThanOrEqual(11)
  expect(await Promise.all(kept.map(({ id }) => bodyOf(id)))).toContain(all)
})
