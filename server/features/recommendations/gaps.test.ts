import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Gaps } from '#shared/features/recommendations.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { gapsOf } from './gaps.ts'
import { db } from './tables.ts'

let community: TestCommunity
let author: TestMember
let members: TestMember[]

beforeEach(async () => {
  community = await openCommunity()
  author = await community.member({ role: 'author', handle: 'ada' })
  members = []
  for (let i = 0; i < 14; i++) members.push(await community.member())
})
afterEach(() => community.close())

async function article(title: string, tags: string[]): Promise<string> {
  const id = uuidv7(community.clock.now)
  await community.send(author, 'articles.start_draft', { id, title, articleId: null })
  const opening = { to: 'public' as const }
  const about = { title, body: `# ${title}`, description: '', tags, lang: 'en' as const, opening }
  expect((await community.send(author, 'articles.publish', { draftId: id, ...about })).ok).toBe(true)
  return `article:${id}`
}

async function ask(by: TestMember, title: string, tags: string[]): Promise<void> {
  const input = { title, kind: 'question' as const, subject: null, tags, body: 'Words' }
  await community.send(by, 'discussions.open_thread', { threadId: uuidv7(), postId: uuidv7(), ...input })
}

async function read(by: readonly TestMember[], items: string[]): Promise<void> {
  for (const member of by) {
    await community.send(member, 'recommendations.set_sharing', { on: true })
    const shared = items.map((item) => ({ item, weight: 1 }))
    await community.send(member, 'recommendations.share_reads', { items: shared })
  }
}

const gaps = (atOnce?: number): Promise<Gaps> =>
  community.services.read((reader) => gapsOf(reader, community.services, atOnce))

test('what many ask and read about and hardly anybody wrote about comes first, with its figures', async () => {
  const gardens = []
  for (let i = 0; i < 6; i++) gardens.push(await article(`Gardens ${i}`, ['gardens']))
  await read(members, gardens)
  for (const member of members.slice(0, 11)) await ask(member, 'Bees?', ['bees', 'gardens'])
  for (const member of members.slice(0, 9)) await ask(member, 'Snails?', ['snails'])

  const found = await gaps()
  const bees = { tag: 'bees', members: 11, questions: 11, articles: 0, courses: 0, pressure: 11 }
  // Nine are too few to be named, whatever they want.
  expect(found.gaps).toEqual([bees])
  expect(found.topics).toBe(2)
  expect(found.average).toBeCloseTo(25 / 7)
  // In pages of three rows it is the same.
  expect(await gaps(3)).toEqual(found)
})

test('a member counts once, and neither who wrote it, nor who is not here, nor what was long ago', async () => {
  const bees = await article('Bees', ['bees'])
  const few = members.slice(0, 9)
  await read(few, [bees])
  for (const member of few) await ask(member, 'Bees?', ['bees'])
  const at = community.clock.now
  await community.services.transact((tx) =>
    db(tx)
      .insertInto('recommendations_interaction')
      .values([
        { member_id: 'external:eve', item: bees, kind: 'imported', source: '', weight: 1, at },
        {
          member_id: members[12]!.id,
          item: bees,
          kind: 'reaction',
          source: 'x',
          weight: 1,
          at: at - 200 * 86_400_000,
        },
      ])
      .execute(),
  )
  expect((await gaps()).topics).toBe(0)
  await ask(members[13]!, 'Bees?', ['bees'])
  expect((await gaps()).topics).toBe(1)
})

test('is for those who run the community', async () => {
  const moderator = await community.member({ role: 'moderator' })
  const path = '/api/queries/recommendations.gaps?input={}'
  expect((await community.request(path, { as: members[0]! })).status).toBe(403)
  expect((await community.request(path)).status).toBe(401)
  const answer = await community.request(path, { as: moderator })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ output: { days: 180, leastMembers: 10, gaps: [] } })
})
