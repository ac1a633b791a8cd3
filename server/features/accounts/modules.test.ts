import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { closeCode, decodeFrame, encodeOpen } from '#shared/core/wire.ts'
import { defaults } from '#shared/features/setup.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'
import { closedWith, opened, serve } from '../../../test/support/sockets.ts'

let community: TestCommunity
let owner: TestMember
let ada: TestMember

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner' })
  ada = await community.member({ role: 'author', handle: 'ada' })
})
afterEach(() => community.close())

const use = (off: string[]) => community.send(owner, 'accounts.configure_community', { ...defaults, off })
const without = async (...off: string[]): Promise<void> => {
  expect(await use(off)).toMatchObject({ ok: true })
}

async function article(title = 'On merging'): Promise<string> {
  const draftId = uuidv7()
  await community.send(ada, 'articles.start_draft', { id: draftId, title, articleId: null })
  const published = await community.send(ada, 'articles.publish', {
    draftId,
    title,
    description: '',
    tags: [],
    lang: 'en',
    opening: { to: 'public' },
    body: 'Text.\n',
  })
  if (!published.ok) throw new Error(published.message)
  return [...(await community.feed(ada)).get('articles')!.values()].find((row) => row.title === title).id
}

test('only the owner says what the community uses', async () => {
  const moderator = await community.member({ role: 'moderator' })
  for (const member of [moderator, ada]) {
    const refused = await community.send(member, 'accounts.configure_community', {
      ...defaults,
      off: ['articles'],
    })
    expect(refused).toMatchObject({ ok: false, code: 'forbidden' })
  }
  await without('articles')
  expect((await community.feed()).get('community')!.get('community')).toMatchObject({ off: ['articles'] })
})

test('commands of what is not used are refused in words, and accepted again later', async () => {
  const start = () =>
    community.send(ada, 'articles.start_draft', { id: uuidv7(), title: 'One', articleId: null })
  await without('articles')
  expect(await start()).toMatchObject({ ok: false, code: 'not_found', reason: 'core.refused_unused' })
  await without()
  expect(await start()).toMatchObject({ ok: true })
})

test('rows leave every device and come back as they were, with what happened meanwhile', async () => {
  const id = await article()
  const before = (await community.feed(ada)).get('articles')!.get(id)
  await without('articles')
  expect((await community.feed(ada)).get('articles')?.size ?? 0).toBe(0)
  expect((await community.feed()).get('articles')?.size ?? 0).toBe(0)
  const { read, transact } = community.services
  expect(await read((reader) => reader.row('articles', id))).toEqual(before)
  expect(await read((reader) => reader.mayRead(ada, 'articles', id))).toBe(false)
  await transact((tx) => tx.publish('articles', id, { ...before, title: 'Renamed' }))
  await transact((tx) => tx.publish('articles', 'new', { ...before, id: 'new', opening: { to: 'members' } }))
  expect((await community.feed(ada)).get('articles')?.size ?? 0).toBe(0)
  await without()
  expect((await community.feed(ada)).get('articles')!.get(id)).toEqual({ ...before, title: 'Renamed' })
  expect((await community.feed(ada)).get('articles')!.has('new')).toBe(true)
  expect([...(await community.feed()).get('articles')!.keys()]).toEqual([id])
})

test('a device that was there before is told of each switch as of any other change', async () => {
  const id = await article()
  const page = async (cursor: string) =>
    (await community.request(`/api/feed?cursor=${encodeURIComponent(cursor)}`, { as: ada })).json()
  const first = await page('')
  await without('articles')
  const second = await page(first.cursor)
  expect(second.rows).toContainEqual({ table: 'articles', id, data: null })
  await without()
  const third = await page(second.cursor)
  expect(third.rows).toContainEqual({ table: 'articles', id, data: expect.objectContaining({ id }) })
})

test('switching twice, or two things at a time, loses and doubles nothing', async () => {
  const ids = [await article('One'), await article('Two'), await article('Three')]
  const whole = await community.feed(ada)
  for (const off of [
    ['articles'],
    ['articles', 'discussions'],
    ['discussions'],
    ['articles'],
    ['articles'],
    [],
    [],
  ]) {
    await without(...off)
    const shown = [...((await community.feed(ada)).get('articles')?.keys() ?? [])]
    expect(shown.sort()).toEqual(off.includes('articles') ? [] : [...ids].sort())
  }
  expect((await community.feed(ada)).get('articles')).toEqual(whole.get('articles'))
})

test('what rests on something that is not used is not used either', async () => {
  await community.services.transact(async (tx) => {
    await tx.publish('events', 'summit', {
      id: 'summit',
      slug: 'summit',
      title: 'Summit',
      opening: { to: 'public' },
    })
    await tx.publish('sessions', 'talk', { id: 'talk', eventId: 'summit', title: 'A talk' })
  })
  await community.write(ada, 'notes/talk', (doc) => doc.getText('body').insert(0, 'Mine.'))
  await without('events')
  await expect(community.doc(ada, 'notes/talk')).rejects.toThrow(NoAccess)
  expect(community.services.isUsed('notes')).toBe(false)
  await without()
  expect((await community.doc(ada, 'notes/talk')).getText('body').toString()).toBe('Mine.')
})

test('rooms, queries, routes, pages and the description of the interface are absent', async () => {
  const id = await article()
  const api = async (): Promise<string> => (await community.request('/api/openapi.json')).text()
  const slug = (await community.feed()).get('articles')!.get(id).slug
  const page = async (): Promise<string> => (await community.request(`/read/${slug}`)).text()
  const answer = async (path: string, method = 'GET'): Promise<string> =>
    (await community.request(path, { method, as: owner })).text()
  const query = '/api/queries/notes.version'
  expect(await answer('/api/model')).not.toContain('no such route')
  expect(await answer(query)).not.toContain('no such query')
  expect(await api()).toContain('recommendations.')
  expect(await page()).toContain('On merging')
  await without('articles', 'recommendations', 'notes')
  await expect(community.doc(ada, `content/${id}`)).rejects.toThrow(NoAccess)
  expect(await answer('/api/model')).toContain('no such route')
  expect(await answer('/api/model', 'POST')).toContain('no such route')
  expect(await answer(query)).toContain('no such query')
  for (const absent of ['recommendations.', 'articles.', '/api/model', 'notes.'])
    expect(await api()).not.toContain(absent)
  expect(await page()).not.toContain('On merging')
})

test('an open room closes within a second, and other rooms stay', async () => {
  const served = await serve(community)
  const id = await article()
  const socket = served.open('/sync', ada)
  await opened(socket)
  const closed = new Promise<number>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      const frame = decodeFrame(new Uint8Array(bytes))
      if (frame.kind === 'close' && frame.channel === 1) resolve(frame.code)
      if (frame.kind === 'close' && frame.channel === 2) throw new Error('not this one')
    })
  })
  socket.send(encodeOpen(1, `content/${id}`))
  socket.send(encodeOpen(2, `me/${ada.id}/notes`))
  const stock = served.open(`/sync/content/${id}`, ada)
  await opened(stock)
  const ended = closedWith(stock)
  const began = performance.now()
  await without('articles')
  expect([closeCode.ended, closeCode.gone]).toContain(await closed)
  expect([closeCode.ended, closeCode.gone]).toContain(await ended)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(socket.readyState).toBe(socket.OPEN)
  await served.close()
})

test('always there: accounts and recovery; names that nobody knows mean nothing', async () => {
  await without('accounts', 'recovery', 'astrology')
  expect(community.services.isUsed('accounts')).toBe(true)
  expect(
    await community.send(ada, 'accounts.edit_profile', { name: 'Ada', handle: 'ada', bio: '' }),
  ).toMatchObject({
    ok: true,
  })
  expect(await use(['not a name'])).toMatchObject({ ok: false, code: 'invalid' })
})

test('jobs of what is not used wait until it is', async () => {
  await without('recommendations')
  const key = { key: 'recommendations.train' }
  await community.services.transact((tx) => tx.later('recommendations.train', { reason: 'asked' }, key))
  await community.community.quiesce()
  const waiting = () =>
    community.services.database.kysely
      .selectFrom('job')
      .select('attempts')
      .where('name', '=', 'recommendations.train')
      .where('run_at', '<=', community.clock.now)
      .execute()
  expect(await waiting()).toMatchObject([{ attempts: 0 }])
})
