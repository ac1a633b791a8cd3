import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Saved } from '#shared/features/library.ts'
import type { NoticeRow } from '#shared/features/notifications.ts'
import { publishArticle } from '../../../test/support/articles.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { follow, remind } from './reminders.ts'
import { db } from './tables.ts'

const hour = 3_600_000
let community: TestCommunity
let ada: TestMember
let list: Y.Map<unknown>

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  list = new Y.Doc().getMap('saved')
})
afterEach(() => community.close())

const save = (item: string, part: Partial<Saved>): void => {
  list.set(item, { at: 1, readAt: null, remindAt: null, ...part })
}
const in1h = (): number => community.clock.now + hour

/** The list has rested. @returns ids of the reminders that the server will give */
async function look(): Promise<string[]> {
  await community.services.transact((tx) => follow(tx, `${ada.id}/library`, list.doc!))
  const rows = await community.services.read((reader) =>
    db(reader).selectFrom('library_reminder').select('id').orderBy('item').execute(),
  )
  return rows.map(({ id }) => id)
}

async function notices(): Promise<NoticeRow[]> {
  const all = [...((await community.feed(ada)).get('notices')?.values() ?? [])] as NoticeRow[]
  return all.filter(({ type }) => type === 'reminders')
}

test('what is on a list that the server shares comes as a notice when it is due, once', async () => {
  const article = await publishArticle(community, ada, 'Queues')
  save(article, { remindAt: in1h() })
  save('link:https://example.org/', { remindAt: in1h(), title: 'Elsewhere' })
  const ids = await look()
  expect(await look()).toEqual(ids)
  community.clock.advance(hour)
  for (const id of [...ids, ...ids]) await remind(community.services, { id })
  expect((await notices()).map(({ word, about, params }) => [word, about, params])).toEqual(
    expect.arrayContaining([
      ['library.notice_due', article, {}],
      ['library.notice_due_named', expect.stringMatching(/^saved:/), { name: 'Elsewhere' }],
    ]),
  )
  expect(await notices()).toHaveLength(2)
})

test('nothing comes of what was read, put off or taken off, nor of what is no list', async () => {
  for (const item of ['article:a', 'article:b', 'article:c']) save(item, { remindAt: in1h() })
  const ids = await look()
  save('article:a', { remindAt: in1h(), readAt: 1 })
  save('article:b', { remindAt: in1h() + hour })
  list.delete('article:c')
  list.set('article:d', { remindAt: in1h() })
  save('article:e', { remindAt: Number.NaN })
  for (const remindAt of [1e300, 9e18]) save(`article:${remindAt}`, { remindAt })
  save('x'.repeat(5_000), { remindAt: in1h() })
  expect(await look()).toHaveLength(1)
  for (const id of ids) await remind(community.services, { id })
  expect(await notices()).toEqual([])
  // Its member shares nothing any more.
  list.clear()
  expect(await look()).toEqual([])
})
