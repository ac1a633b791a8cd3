/** Nothing that depends on a commit leaves the server before the disk has it, by whatever way it leaves. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSqlite } from '#server/core/db.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../support/community.ts'

let community: TestCommunity
let ada: TestMember
/** A disk that syncs when told to. */
let disk: { stopped: boolean; release(): void }

function withSlowDisk(database: Database): Database {
  let commits = 0
  let synced = 0
  let waiting: (() => void)[] = []
  disk = {
    stopped: false,
    release() {
      disk.stopped = false
      synced = commits
      for (const wake of waiting.splice(0)) wake()
      waiting = []
    },
  }
  const durability = {
    ...database.durability,
    committed: () => void commits++,
    settled: async () => {
      if (!disk.stopped) synced = commits
      if (synced < commits) await new Promise<void>((wake) => waiting.push(wake))
    },
  }
  return { ...database, durability }
}

beforeEach(async () => {
  community = await openCommunity({ database: withSlowDisk(openSqlite(':memory:')) })
  ada = await community.member({ handle: 'ada', role: 'author' })
})
afterEach(async () => {
  disk.release()
  await community.close()
})

const canary = 'canary-of-the-unwritten'

const ways: [string, (articleId: string) => Promise<string>][] = [
  ['the feed', async () => (await community.request('/api/feed', { as: ada })).text()],
  ['the list of articles', async () => (await community.request('/read')).text()],
  ['the page of the article', async () => (await community.request(`/read/${canary}`)).text()],
  ['the feed of articles', async () => (await community.request('/feed.xml')).text()],
  ['its document', async (id) => (await community.doc(ada, `content/${id}`)).getText('body').toString()],
  [
    'its document, to a guest',
    async (id) => (await community.doc({ id: null, role: null }, `content/${id}`)).getText('body').toString(),
  ],
]

test.each(ways)('%s waits for the disk', async (_way, ask) => {
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'A draft', articleId: null })
  const details = {
    title: canary,
    description: canary,
    tags: [],
    lang: 'en',
    opening: { to: 'public' },
  } as const
  disk.stopped = true
  let acknowledged = false
  const publishing = community
    .send(ada, 'articles.publish', { draftId: id, ...details, tags: [], body: canary })
    .then((result) => {
      acknowledged = true
      return result
    })
  const early: string[] = []
  const asked: Promise<unknown>[] = []
  for (let moment = 0; moment < 100; moment++) {
    asked.push(
      ask(id).then(
        (text) => void (disk.stopped && early.push(text)),
        () => {},
      ),
    )
    for (let step = 0; step < moment % 7; step++) await Promise.resolve()
    if (moment % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(acknowledged).toBe(false)
  expect(early.filter((text) => text.includes(canary))).toEqual([])
  disk.release()
  expect(await publishing).toMatchObject({ ok: true })
  await Promise.all(asked)
  expect(await ask(id)).toContain(canary)
})
