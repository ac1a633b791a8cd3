/** The server's search: what is found, what is not, and what is gone. */
import { afterEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import type { FoundElsewhere, SearchAnswer } from '#shared/features/search.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { rebuild } from './rebuild.ts'

let community: TestCommunity
afterEach(() => community.close())

async function ask(text: string, as?: TestMember, more: object = {}): Promise<SearchAnswer> {
  const input = encodeURIComponent(JSON.stringify({ text, ...more }))
  const response = await community.request(`/api/queries/search.find?input=${input}`, as ? { as } : {})
  expect(response.status).toBe(200)
  return ((await response.json()) as { output: SearchAnswer }).output
}

async function find(text: string, as?: TestMember, more: object = {}): Promise<FoundElsewhere[]> {
  const answer = await ask(text, as, more)
  if (!answer.ok) throw new Error(answer.reason)
  return answer.found
}

const titles = (found: readonly FoundElsewhere[]): string[] => found.map(({ title }) => title.text)

async function publish(
  author: TestMember,
  title: string,
  body: string,
  { tags = [], opening = { to: 'public' } }: { tags?: string[]; opening?: Opening } = {},
): Promise<string> {
  const draftId = uuidv7(community.clock.now)
  await community.send(author, 'articles.start_draft', { id: draftId, title, articleId: null })
  const sent = await community.send(author, 'articles.publish', {
    draftId,
    title,
    description: '',
    tags,
    lang: 'en',
    opening,
    body,
  })
  expect(sent).toMatchObject({ ok: true })
  return draftId
}

async function open(
  author: TestMember,
  title: string,
  body: string,
): Promise<{ threadId: string; postId: string }> {
  const [threadId, postId] = [uuidv7(community.clock.now), uuidv7(community.clock.now)]
  const sent = await community.send(author, 'discussions.open_thread', {
    threadId,
    postId,
    title,
    kind: 'talk',
    subject: null,
    tags: [],
    body,
  })
  expect(sent).toMatchObject({ ok: true })
  return { threadId, postId }
}

async function reply(author: TestMember, threadId: string, body: string): Promise<string> {
  const postId = uuidv7(community.clock.now)
  const sent = await community.send(author, 'discussions.post', { threadId, postId, body, replyTo: null })
  expect(sent).toMatchObject({ ok: true })
  return postId
}

/** Everything that the index holds, as text. */
async function indexed(): Promise<string> {
  const { kysely, engine } = community.services.database
  const any = kysely as never as import('kysely').Kysely<Record<string, Record<string, unknown>>>
  const entries = await any.selectFrom('search_entry').selectAll().execute()
  const words =
    engine === 'sqlite'
      ? (await any.selectFrom('search_words_data').select('block').execute()).map(({ block }) =>
          Buffer.from(block as Uint8Array).toString('latin1'),
        )
      : (await any.selectFrom('search_words').select('words').execute()).map(({ words }) => String(words))
  return JSON.stringify(entries) + words.join(' ')
}

test('an article is found in 中文 and in English, by title before tags before text, with the places marked', async () => {
  community = await openCommunity()
  const author = await community.member({ role: 'author' })
  await publish(author, 'Notes on memory', 'Hydration of components, and 状态管理 in passing.')
  await publish(author, '状态管理实践', '这里讨论前端框架。')
  await publish(author, 'Something else', 'Nothing.', { tags: ['hydration'] })
  await publish(author, 'Hydration explained', 'Why it costs.')
  expect(titles(await find('hydration'))).toEqual([
    'Hydration explained',
    'Something else',
    'Notes on memory',
  ])
  const [first, second] = await find('状态管理')
  expect(first!.title).toEqual({ text: '状态管理实践', marks: [[0, 4]] })
  expect(second!.snippet!.text).toContain('状态管理')
  const [from, to] = second!.snippet!.marks[0]!
  expect(second!.snippet!.text.slice(from, to)).toBe('状态管理')
  expect(titles(await find('hydrat'))).toHaveLength(3)
  expect(titles(await find('COMPONENT'))).toEqual(['Notes on memory'])
  expect(titles(await find('框架'))).toEqual(['状态管理实践'])
  expect(titles(await find('架'))).toEqual(['状态管理实践'])
  expect(titles(await find('框端'))).toEqual([])
  expect(titles(await find('"components, and"'))).toEqual(['Notes on memory'])
  expect(titles(await find('"and components"'))).toEqual([])
})

test('what a search says can be no operator', async () => {
  community = await openCommunity()
  const author = await community.member({ role: 'author' })
  await publish(author, 'Quoting', 'AND OR NOT NEAR title and more')
  for (const text of [
    'AND',
    '"',
    "a' or 1=1 --",
    'title:more',
    'NEAR(a b)',
    '*',
    '(((',
    '\u0000',
    '^x',
    "'':*&|!",
    '“',
    'a'.repeat(200),
  ])
    expect((await ask(text)).ok).toBe(true)
  expect(titles(await find('near NOT "and more"'))).toEqual(['Quoting'])
  const long = encodeURIComponent(JSON.stringify({ text: 'a'.repeat(201) }))
  expect((await community.request(`/api/queries/search.find?input=${long}`)).status).toBe(422)
})

test('a text that is sold is found by its title and preview, and by its body only by whoever may open it', async () => {
  community = await openCommunity()
  const author = await community.member({ role: 'author' })
  const reader = await community.member()
  await publish(
    author,
    'Paid lessons',
    'Teaser paragraph.\n\n<!-- more -->\n\nThe secretive ingredient 秘密配方.',
    {
      opening: { to: 'purchase' },
    },
  )
  await publish(author, 'For members', 'Only insiders read this.', { opening: { to: 'members' } })
  for (const as of [undefined, reader]) {
    expect(titles(await find('paid', as))).toEqual(['Paid lessons'])
    expect(titles(await find('teaser', as))).toEqual(['Paid lessons'])
    for (const text of ['secretive', '秘密', '配方', 'paid secretive', '"secretive ingredient"'])
      expect(await find(text, as)).toEqual([])
    expect(JSON.stringify(await find('paid', as))).not.toMatch(/secretive|秘密/)
  }
  expect(titles(await find('secretive', author))).toEqual(['Paid lessons'])
  expect(titles(await find('insiders', reader))).toEqual(['For members'])
  expect(await find('insiders')).toEqual([])
  expect(await find('members')).toEqual([])
})

test('of a thread the post is found that has the words, and guests find none', async () => {
  community = await openCommunity()
  const [ada, bo] = [await community.member(), await community.member({ name: 'Bo' })]
  const { threadId } = await open(ada, 'Choosing a database', 'Which one?')
  await reply(bo, threadId, 'Postgres has served us well.')
  const [found, ...rest] = await find('postgres', ada)
  expect(rest).toEqual([])
  expect(found).toMatchObject({ kind: 'thread', number: 2, path: `/discuss/${threadId}#p2`, author: 'Bo' })
  expect(titles(await find('database postgres', ada))).toEqual(['Choosing a database'])
  expect(titles(await find('postgres', ada, { authorId: ada.id }))).toEqual([])
  expect(titles(await find('postgres', ada, { kinds: ['article'] }))).toEqual([])
  expect(titles(await find('postgres', ada, { since: community.clock.now + 1 }))).toEqual([])
  expect(await find('postgres')).toEqual([])
  expect(await find('database')).toEqual([])
})

test('a deleted post is in no answer, and none of its words is in the index', async () => {
  community = await openCommunity()
  const ada = await community.member()
  const { threadId } = await open(ada, 'Holidays', 'Where to?')
  const postId = await reply(ada, threadId, 'My address is Quagmire Lane, 秘密花园.')
  expect(await indexed()).toMatch(/quagmire/i)
  await community.send(ada, 'discussions.delete_post', { threadId, postId })
  expect(await find('quagmire', ada)).toEqual([])
  expect(await find('花园', ada)).toEqual([])
  expect(await indexed()).not.toMatch(/quagmire/i)
  await rebuild(community.services)
  expect(await find('quagmire', ada)).toEqual([])
  expect(await indexed()).not.toMatch(/quagmire/i)
  expect(titles(await find('holiday', ada))).toEqual(['Holidays'])
})

test('a withdrawn article is gone at once, and back with its text when it is published again', async () => {
  community = await openCommunity()
  const author = await community.member({ role: 'author' })
  const id = await publish(author, 'Fleeting', 'Ephemeral contents.')
  expect(titles(await find('ephemeral'))).toEqual(['Fleeting'])
  await community.send(author, 'articles.withdraw', { id })
  expect(await find('ephemeral')).toEqual([])
  expect(await indexed()).not.toMatch(/ephemeral|fleeting/i)
  const published = await community.send(author, 'articles.publish', {
    draftId: id,
    title: 'Fleeting',
    description: '',
    tags: [],
    lang: 'en',
    opening: { to: 'public' },
    body: 'Ephemeral contents.',
  })
  expect(published).toMatchObject({ ok: true })
  expect(titles(await find('ephemeral'))).toEqual(['Fleeting'])
})

test('an edit takes the place of what was there', async () => {
  community = await openCommunity()
  const ada = await community.member()
  const { threadId, postId } = await open(ada, 'Typos', 'We use Pythn daily.')
  await community.send(ada, 'discussions.edit_post', { threadId, postId, body: 'We use Python daily.' })
  expect(await find('pythn', ada)).toEqual([])
  expect(titles(await find('python', ada))).toEqual(['Typos'])
  expect(await indexed()).not.toMatch(/pythn/i)
})

test('rebuilding finds what was there, and the same', async () => {
  community = await openCommunity()
  const author = await community.member({ role: 'author' })
  await publish(author, 'Alpha', 'A text about beta.')
  const { threadId } = await open(author, 'Gamma', 'Delta?')
  await reply(author, threadId, 'Epsilon!')
  const before = await Promise.all(['beta', 'delta', 'epsilon'].map((text) => find(text, author)))
  expect(before.map((found) => found.length)).toEqual([1, 1, 1])
  expect(await rebuild(community.services)).toBeGreaterThan(4)
  expect(await Promise.all(['beta', 'delta', 'epsilon'].map((text) => find(text, author)))).toEqual(before)
})

test('whoever asks without end is told when to ask again', async () => {
  community = await openCommunity()
  const ada = await community.member()
  let answer = await ask('x', ada)
  for (let i = 0; i < 120 && answer.ok; i++) answer = await ask('x', ada)
  expect(answer).toMatchObject({ ok: false, reason: 'too_many', seconds: 60 })
})

test('who is erased is found no more', async () => {
  community = await openCommunity()
  const ada = await community.member({ handle: 'ada-findable', name: 'Ada Findable' })
  const bo = await community.member()
  expect(titles(await find('findable', bo))).toEqual(['Ada Findable'])
  await community.services.transact((tx) => tx.publish('members', ada.id, null))
  expect(await find('findable', bo)).toEqual([])
  expect(await indexed()).not.toMatch(/findable/i)
})
