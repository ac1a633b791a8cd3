import { expect, test } from 'vitest'
import { readSource } from './front-matter.ts'

function read(text: string, path = 'post.md') {
  return readSource(new TextEncoder().encode(text), path)
}

function readOk(text: string, path = 'post.md') {
  const source = read(text, path)
  if (!source.ok) throw new Error(source.error)
  return source.value
}

const day = (text: string): number => Date.parse(`${text}T12:00:00Z`)

test.each([
  ['2024/12/05', day('2024-12-05')],
  ['2024-12-05', day('2024-12-05')],
  ['2024-1-5', day('2024-01-05')],
  ['2024年12月5日', day('2024-12-05')],
  ['December 5, 2024', day('2024-12-05')],
  ['"2024-12-05T10:30:00+08:00"', Date.parse('2024-12-05T02:30:00Z')],
  ['2024-12-05 10:30:00 +0800', Date.parse('2024-12-05T02:30:00Z')],
  ['2024-12-05 10:30', Date.parse('2024-12-05T10:30:00Z')],
])('the date %s is understood', (date, at) => {
  expect(readOk(`---\ntitle: T\ndate: ${date}\n---\ntext`).date).toBe(at)
})

test.each([
  ['blog/2024/12/05/react-19.md', '2024-12-05', 'react-19'],
  ['_posts/2024-12-05-react-19.md', '2024-12-05', 'react-19'],
  ['2024-12-05-react-19/index.md', '2024-12-05', 'react-19'],
  ['2024/12/05/react-19/index.mdx', '2024-12-05', 'react-19'],
])('the path %s gives date and address', (path, date, slug) => {
  expect(readOk('---\ntitle: T\n---\ntext', path)).toMatchObject({ date: day(date), slug })
})

test('a date that does not exist is remarked on, and the path’s stands in', () => {
  const source = readOk('---\ntitle: T\ndate: 2024/13/45\n---\ntext', '2024/12/05/a.md')
  expect(source.date).toBe(day('2024-12-05'))
  expect(source.remarks).toEqual(['its date "2024/13/45" was not understood'])
})

test('authors, tags and language come in the spellings of several generators', () => {
  const source = readOk(
    '---\ntitle: 标题\nauthors: [Ada, {name: Lin}]\nkeywords: CRDT，同步, crdt\nlanguage: zh-Hans\nsummary: |\n  two\n  lines\nlastmod: 2025-01-02\n---\ntext',
  )
  expect(source).toMatchObject({
    author: 'Ada, Lin',
    tags: ['crdt', '同步'],
    lang: 'zh',
    description: 'two lines',
    updated: day('2025-01-02'),
    opening: { to: 'public' },
  })
})

test('an access may name tiers, groups or a purchase', () => {
  const openingOf = (matter: string) => readOk(`---\ntitle: T\n${matter}\n---\n`).opening
  expect(openingOf('access: tiers\ntiers: [gold, silver]')).toEqual({
    to: 'tiers',
    tiers: ['gold', 'silver'],
  })
  expect(openingOf('access: group\ngroup: weavers')).toEqual({ to: 'groups', groups: ['weavers'] })
  expect(openingOf('access: purchase')).toEqual({ to: 'purchase' })
  expect(openingOf('access: tiers')).toEqual({ to: 'members' })
})

test('an access that is not understood never becomes public', () => {
  expect(readOk('---\ntitle: T\naccess: members\n---\n').opening).toEqual({ to: 'members' })
  const odd = readOk('---\ntitle: T\naccess: premium\n---\n')
  expect(odd.opening).toEqual({ to: 'members' })
  expect(odd.remarks[0]).toContain('premium')
})

test('without a title in the front matter the first heading is the title, and is not shown twice', () => {
  expect(readOk('# 你好 {#hello}\n\ntext')).toMatchObject({ title: '你好', body: 'text' })
  expect(readOk('---\ntitle: T\n---\n# T\n\ntext').body).toBe('text')
  expect(readOk('---\ntitle: T\n---\n# Another\n\ntext').body).toBe('# Another\n\ntext')
})

test('Windows line ends and a byte order mark do not matter', () => {
  const bytes = new Uint8Array([
    0xef,
    0xbb,
    0xbf,
    ...new TextEncoder().encode('---\r\ntitle: T\r\n---\r\ntext\r\n'),
  ])
  expect(readSource(bytes, 'a.md')).toMatchObject({ ok: true, value: { title: 'T', body: 'text' } })
})

test.each([
  ['---\ntitle: a: b: c\n---\ntext', /front matter is broken/],
  ['---\ntitle: [a\n---\ntext', /front matter is broken/],
  ['---\ntitle: T\ntext without an end', /has no end/],
  ['---\n- a list\n---\ntext', /not a list of keys/],
  ['+++\ntitle = "T"\n+++\ntext', /TOML/],
  ['---\nauthor: A\n---\nno heading', /no title/],
  ['just text', /no title/],
  ['---\ntitle: T\ndraft: true\n---\ntext', /is a draft/],
])('what cannot be an article is refused with its reason: %j', (text, why) => {
  const source = read(text)
  expect(source.ok).toBe(false)
  if (!source.ok) expect(source.error).toMatch(why)
})

test('bytes that are not UTF-8 are refused, and index pages without a date', () => {
  expect(readSource(new Uint8Array([0x23, 0x20, 0xc4, 0xe3]), 'gbk.md')).toMatchObject({
    error: 'it is not valid UTF-8',
  })
  expect(read('---\ntitle: Blog\n---\n', 'blog/index.md')).toMatchObject({ ok: false })
})
