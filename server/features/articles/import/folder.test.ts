import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest } from '#shared/core/viewer.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import { openCommunity, type TestCommunity } from '../../../../test/support/community.ts'
import { importMarkdown } from './folder.ts'

let community: TestCommunity
let folder: string

beforeEach(async () => {
  community = await openCommunity()
  folder = join(await mkdtemp(join(tmpdir(), 'import-')), 'blog')
})
afterEach(async () => {
  await community.close()
  await rm(dirname(folder), { recursive: true })
})

async function put(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

async function articles(): Promise<Map<string, ArticleRow>> {
  const rows = (await community.feed()).get('articles') ?? new Map<string, ArticleRow>()
  return new Map([...rows.values()].map((row: ArticleRow) => [row.slug, row]))
}

async function bodyOf(slug: string): Promise<string> {
  const { id } = (await articles()).get(slug)!
  return (await community.doc(guest, `content/${id}`)).getText('body').toString()
}

const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])

test('a folder becomes articles with title, date, author, tags, language and text', async () => {
  await put({
    '2024/12/05/本地优先.md': '---\ntitle: 本地优先\nauthor: 林\ntags: [CRDT]\n---\n\n先写在本设备上。',
    'en/post.md':
      '---\ntitle: Local first\ndate: 2025-01-02\ndescription: Short **words**.\n---\n\nWrites go here first.',
  })
  expect(await importMarkdown(community.services, folder)).toEqual({
    created: 2,
    updated: 0,
    unchanged: 0,
    skipped: [],
    remarks: [],
  })
  const found = await articles()
  expect(found.get('本地优先')).toMatchObject({
    title: '本地优先',
    authorName: '林',
    authorId: null,
    tags: ['crdt'],
    lang: 'zh',
    opening: { to: 'public' },
    words: 7,
    publishedAt: Date.parse('2024-12-05T12:00:00Z'),
    updatedAt: Date.parse('2024-12-05T12:00:00Z'),
    description: '先写在本设备上。',
  })
  expect(found.get('post')).toMatchObject({ lang: 'en', description: 'Short words.', words: 4 })
  expect(await bodyOf('post')).toBe('Writes go here first.')
})

test('a second run updates what changed and makes nothing twice', async () => {
  await put({
    'a.md': '---\ntitle: A\ndate: 2025-01-01\n---\none',
    'b.md': '---\ntitle: B\ndate: 2025-01-01\n---\ntwo',
  })
  await importMarkdown(community.services, folder)
  const before = (await articles()).get('a')!
  await put({ 'a.md': '---\ntitle: A, again\ndate: 2025-01-01\n---\none more' })
  community.clock.advance(60_000)
  expect(await importMarkdown(community.services, folder)).toMatchObject({
    created: 0,
    updated: 1,
    unchanged: 1,
  })
  const after = await articles()
  expect(after.size).toBe(2)
  expect(after.get('a')).toMatchObject({
    id: before.id,
    title: 'A, again',
    updatedAt: community.clock.now,
  })
  expect(await bodyOf('a')).toBe('one more')
})

test('links between the files lead to the articles; links to nowhere become text', async () => {
  await put({
    '2024/01/02/first.md':
      '---\ntitle: First\n---\n[next](../03/second.md#part) and [root](/blog/2024/01/03/second) and [lost](/learn/x) and [self](#here)',
    '2024/01/03/second.md':
      '---\ntitle: Second\nslug: The Second\n---\n[out](https://example.org)\n\n## Part {/*part*/}',
  })
  const report = await importMarkdown(community.services, folder)
  expect(await bodyOf('first')).toBe(
    '[next](/read/the-second#part) and [root](/read/the-second) and lost and [self](#here)',
  )
  expect(await bodyOf('the-second')).toBe('[out](https://example.org)\n\n## Part {#part}')
  expect(report.remarks).toEqual([
    { what: '2024/01/02/first.md', why: 'links to pages that are not here became text (1): /learn/x' },
  ])
})

test('pictures of the folder are served to whoever may read the article; absent ones are reported and marked', async () => {
  await put({
    'open.md': '---\ntitle: Open\ndate: 2025-01-01\n---\n![a](img/a.png) ![](img/b.png) ![c](../secret.png)',
    'closed.md': '---\ntitle: Closed\ndate: 2025-01-01\naccess: members\n---\n![d](/images/d.png)',
    'img/a.png': picture,
    'static/images/d.png': new Uint8Array([...picture, 4]),
  })
  await writeFile(join(dirname(folder), 'secret.png'), picture)
  const report = await importMarkdown(community.services, folder)
  const body = await bodyOf('open')
  const hash = /\/api\/files\/([0-9a-f]{64})/.exec(body)![1]!
  expect(body).toContain('![b.png](absent:b.png) ![c](absent:secret.png)')
  expect(report.remarks).toEqual([
    { what: 'open.md', why: 'pictures are not there (2): img/b.png, ../secret.png' },
  ])
  expect((await articles()).get('open')!.image).toBe(`/api/files/${hash}`)
  expect((await community.request(`/api/files/${hash}`)).status).toBe(200)

  const ada = await community.member()
  const closed = [...(await community.feed(ada)).get('articles')!.values()].find(
    (row) => row.slug === 'closed',
  ) as ArticleRow
  expect((await community.request(closed.image!)).status).toBe(404)
  expect((await community.request(closed.image!, { as: ada })).status).toBe(200)
})

test('files that cannot be articles are named with their reason, and the others are imported', async () => {
  await put({
    'good.md': '---\ntitle: Good\ndate: 2025-01-01\n---\ntext',
    'broken.md': '---\ntitle: a: b\n---\ntext',
    'untitled.md': 'text',
    'gbk.md': new Uint8Array([0x23, 0x20, 0xc4, 0xe3, 0xba, 0xc3]),
    'index.md': '---\ntitle: Blog\n---\nlist',
    'note.txt': 'not Markdown',
    '.hidden/x.md': '# Hidden',
  })
  const report = await importMarkdown(community.services, folder)
  expect(report.created).toBe(1)
  expect(report.skipped.map(({ what }) => what)).toEqual(['broken.md', 'gbk.md', 'index.md', 'untitled.md'])
  expect(report.skipped.map(({ why }) => why).join('\n')).toMatch(
    /broken.*\n.*UTF-8\n.*index page.*\n.*no title/,
  )
  expect(await importMarkdown(community.services, join(folder, 'nowhere'))).toMatchObject({
    created: 0,
    skipped: [{ why: 'it is not a folder that can be read' }],
  })
})

test('an author who is a member here is linked to, by handle', async () => {
  const ada = await community.member({ role: 'author', handle: 'ada', name: 'Ada Lovelace' })
  await put({ 'a.md': '---\ntitle: A\ndate: 2025-01-01\nauthor: ada\n---\ntext' })
  await importMarkdown(community.services, folder)
  expect((await articles()).get('a')).toMatchObject({ authorId: ada.id, authorName: 'Ada Lovelace' })
})

test('what members revised or withdrew since is left alone, and said', async () => {
  const owner = await community.member({ role: 'owner' })
  await put({
    'revised.md': '---\ntitle: Revised\ndate: 2025-01-01\n---\ntext',
    'withdrawn.md': '---\ntitle: Withdrawn\ndate: 2025-01-01\n---\ntext',
  })
  await importMarkdown(community.services, folder)
  const found = await articles()
  const draft = uuidv7(1)
  await community.send(owner, 'articles.start_draft', {
    id: draft,
    title: '',
    articleId: found.get('revised')!.id,
  })
  await community.send(owner, 'articles.publish', {
    draftId: draft,
    title: 'Revised',
    description: '',
    tags: [],
    lang: 'en',
    opening: { to: 'public' },
    body: 'ours',
  })
  await community.send(owner, 'articles.withdraw', { id: found.get('withdrawn')!.id })
  await put({ 'revised.md': '---\ntitle: Revised\ndate: 2025-01-01\n---\ntheirs' })
  const report = await importMarkdown(community.services, folder)
  expect(report.skipped).toEqual([
    { what: 'revised.md', why: 'it was revised here since it was imported' },
    { what: 'withdrawn.md', why: 'it was withdrawn here' },
  ])
  expect(await bodyOf('revised')).toBe('ours')
  expect((await articles()).has('withdrawn')).toBe(false)
})

test('an address that is not well formed costs one picture, not the import', async () => {
  await put({
    'a.md': '---\ntitle: A\ndate: 2025-01-02\n---\n![x](%E0%A4%A.png) and words',
    'b.md': '---\ntitle: B\ndate: 2025-01-02\n---\nwords',
  })
  expect(await importMarkdown(community.services, folder)).toMatchObject({
    created: 2,
    skipped: [],
    remarks: [{ what: 'a.md' }],
  })
})

test('pictures outside the folder stay there, whatever the way to them', async () => {
  await put({ '../outside.png': picture })
  const outside = join(dirname(folder), 'outside.png')
  const ways = [
    '../outside.png',
    outside,
    '/../outside.png',
    '%2e%2e/outside.png',
    'link.png',
    'up/outside.png',
  ]
  await put({
    'a.md': `---\ntitle: A\ndate: 2025-01-02\n---\n${ways.map((way) => `![p](${way})`).join('\n')}`,
  })
  await symlink(outside, join(folder, 'link.png'))
  await symlink(dirname(folder), join(folder, 'up'))
  await importMarkdown(community.services, folder)
  expect(await bodyOf('a')).not.toContain('/api/files/')
})

test('guests are not shown the beginning of an article for members as its description', async () => {
  const text = 'A first paragraph that is long enough to be taken for a description of the whole.'
  await put({ 'a.md': `---\ntitle: A\ndate: 2025-01-02\naccess: members\n---\n${text}` })
  await importMarkdown(community.services, folder)
  const page = await (await community.request('/read/a')).text()
  expect(page).toContain('<h1>A</h1>')
  expect(page).not.toContain('A first paragraph')
})
