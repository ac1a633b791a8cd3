import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest } from '#shared/core/viewer.ts'
import { type CourseRow, type LessonRow, printOf } from '#shared/features/courses.ts'
import { openCommunity, type TestCommunity } from '../../../../test/support/community.ts'
import { importCourse } from './folder.ts'

let community: TestCommunity
let folder: string

beforeEach(async () => {
  community = await openCommunity()
  folder = join(await mkdtemp(join(tmpdir(), 'course-')), 'looms')
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

const take = () => importCourse(community.services, folder)

async function course(): Promise<CourseRow> {
  return [...((await community.feed()).get('courses')?.values() ?? [])][0] as CourseRow
}

async function lessons(): Promise<LessonRow[]> {
  const rows = [...((await community.feed()).get('lessons')?.values() ?? [])] as LessonRow[]
  return rows.sort((a, b) => a.position - b.position)
}

async function bodyOf(title: string): Promise<string> {
  const { id } = (await lessons()).find((lesson) => lesson.title === title)!
  return (await community.doc(guest, `lesson/${id}`)).getText('body').toString()
}

const sidebar = (routes: unknown[]): Record<string, string> => ({
  'sidebar.json': JSON.stringify({ title: '织机', path: '/learn', routes }),
})

const site = {
  ...sidebar([
    { hasSectionHeader: true, sectionHeader: '起步' },
    {
      title: '快速入门',
      path: '/learn',
      routes: [{ title: '经线与纬线', path: '/learn/threads' }],
    },
    { hasSectionHeader: true, sectionHeader: '附录' },
    { title: '词汇表', path: '/learn/words' },
    { title: '工具', path: '/learn/tools' },
  ]),
  'learn/index.md':
    '---\ntitle: 快速入门\n---\n\n<Intro>\n\n先看一眼织机长什么样，再从第一根线开始，慢慢来，不用着急，每一课都很短，学完就能动手。\n\n</Intro>\n\n参见[纬线](/learn/threads#weft)。\n',
  'learn/threads.md':
    '---\ntitle: 线\nfree: true\n---\n\n## 纬线 {/*weft*/}\n\n回到[开头](./index.md)，看[图](/learn/tools)和[别处](/reference/none)。\n\n![一台织机](/images/loom.png)\n\n```js {2} loom.js\nconst a = <Note>1</Note>\n```\n',
  'learn/words.md': '# 词汇表\n\n梭子。',
  'learn/tools.md': '梳子。',
}

describe('a documentation site with a sidebar', () => {
  test('becomes a course: chapters, order, addresses, links with anchors, unwrapped tags, absent pictures named', async () => {
    await put(site)
    const report = await take()
    expect(report).toMatchObject({ created: 4, updated: 0, unchanged: 0, skipped: [] })
    const made = await course()
    expect(made).toMatchObject({
      title: '织机',
      slug: 'looms',
      lang: 'zh',
      lessons: 4,
      opening: { to: 'public' },
      published: true,
    })
    expect(made.description).toContain('先看一眼织机')
    expect(made.chapters.map((chapter) => chapter.title)).toEqual(['快速入门', '附录'])
    expect((await lessons()).map((lesson) => [lesson.title, lesson.slug, lesson.free])).toEqual([
      ['快速入门', 'learn', false],
      ['经线与纬线', 'threads', true],
      ['词汇表', 'words', false],
      ['工具', 'tools', false],
    ])
    expect(await bodyOf('快速入门')).toContain('[纬线](/learn/looms/threads#weft)')
    expect(await bodyOf('快速入门')).not.toContain('Intro')
    const threads = await bodyOf('经线与纬线')
    expect(threads).toContain('## 纬线 {#weft}')
    expect(threads).toContain('[开头](/learn/looms/learn)')
    expect(threads).toContain('[图](/learn/looms/tools)和别处')
    expect(threads).toContain('![一台织机](absent:loom.png)')
    expect(threads).toContain('```js {2} loom.js\nconst a = <Note>1</Note>\n```')
    expect(await bodyOf('词汇表')).toBe('梭子。')
    expect(report.remarks.map(({ why }) => why)).toEqual([
      'unwrapped <Intro>',
      'links to pages that are not here became text (1): /reference/none',
      'pictures are not there (1): /images/loom.png',
    ])
  })

  test('a second run changes what has changed, moves what has moved, and takes away what the outline no longer names', async () => {
    await put(site)
    await take()
    const before = await lessons()
    expect(await take()).toMatchObject({ created: 0, updated: 0, unchanged: 4 })
    await put({
      ...sidebar([
        {
          title: '全部',
          routes: [
            { title: '工具', path: '/learn/tools' },
            { title: '快速入门', path: '/learn' },
            { title: '新的', path: '/learn/new' },
          ],
        },
      ]),
      'learn/tools.md': '梳子，剪刀。',
      'learn/new.md': '新。',
    })
    const report = await take()
    // The first one's link has nowhere to lead any more.
    expect(report).toMatchObject({ created: 1, updated: 2, unchanged: 0, skipped: [] })
    const after = await lessons()
    expect(after.map((lesson) => lesson.title)).toEqual(['工具', '快速入门', '新的'])
    expect(after[0]!.id).toBe(before[3]!.id)
    expect((await course()).chapters.map((chapter) => chapter.title)).toEqual(['全部'])
    expect(await bodyOf('工具')).toBe('梳子，剪刀。')
    expect(report.remarks.filter(({ why }) => why.includes('was removed')).map(({ what }) => what)).toEqual([
      '经线与纬线',
      '词汇表',
    ])
  })

  test('what was written or decided here since stands', async () => {
    await put(site)
    await take()
    const owner = await community.member({ role: 'owner' })
    const { id: courseId, chapters } = await course()
    const [, second] = await lessons()
    const chapterId = chapters[0]!.id
    const about = { courseId, title: '我的织机', description: '', tags: [], lang: 'zh' } as const
    await community.send(owner, 'courses.describe_course', { ...about, opening: { to: 'purchase' } })
    const own = uuidv7()
    const input = {
      courseId,
      chapterId,
      lessonId: own,
      title: '自己的',
      body: '自己写的。',
      free: true,
      base: null,
    }
    await community.send(owner, 'courses.save_lesson', input)
    const saved = await community.feed(owner)
    expect(saved.get('lessons')!.get(own)).toMatchObject({ title: '自己的' })
    await put({ 'learn/index.md': '新的正文。', 'learn/threads.md': '新的线。' })
    const report = await take()
    expect((await course()).opening).toEqual({ to: 'purchase' })
    expect((await course()).title).toBe('我的织机')
    const rows = (await community.feed(owner)).get('lessons')!
    expect(rows.get(own)).toMatchObject({ position: 4 })
    expect(rows.get(second!.id)).toMatchObject({ free: true })
    const text = (await community.doc(owner, `lesson/${second!.id}`)).getText('body').toString()
    expect(text).toBe('新的线。')
    expect(report).toMatchObject({ updated: 2, unchanged: 2, skipped: [] })

    await community.send(owner, 'courses.withdraw_course', { courseId })
    expect(await take()).toMatchObject({ created: 0, skipped: [{ why: 'it was withdrawn here' }] })
  })

  test('a lesson that was edited here is left alone, and said so', async () => {
    await put(site)
    await take()
    const owner = await community.member({ role: 'owner' })
    const { id: courseId, chapters } = await course()
    const lesson = (await lessons()).find(({ title }) => title === '工具')!
    const result = await community.send(owner, 'courses.save_lesson', {
      courseId,
      lessonId: lesson.id,
      chapterId: chapters[0]!.id,
      title: '工具箱',
      body: '我的梳子。',
      free: false,
      base: printOf('梳子。'),
    })
    expect(result).toMatchObject({ ok: true })
    await put({ 'learn/tools.md': '他们的梳子。' })
    expect(await take()).toMatchObject({
      updated: 0,
      skipped: [{ what: 'learn/tools.md', why: 'it was edited here since it was imported' }],
    })
    expect(await bodyOf('工具箱')).toBe('我的梳子。')
  })
})

describe('a book with a summary', () => {
  test('becomes a course too: parts, nested chapters, drafts left out', async () => {
    await put({
      'book.toml': '[book]\ntitle = "Looms"',
      'src/SUMMARY.md':
        '# Summary\n\n[Preface](preface.md)\n\n# Part one\n\n- [Warp](warp.md)\n    - [Tension](warp/tension.md)\n    - [Draft]()\n- [Weft `&` shed](./weft.md)\n\n---\n\n[Words](words.md)\n',
      'src/preface.md': '# Preface\n\nSee [tension](warp/tension.md#how) and [warp](warp.html).',
      'src/warp.md': '# Warp\n\nThreads that wait.',
      'src/warp/tension.md': '# Tension\n\n## How\n\nBack to [weft](../weft.md). ![t](t.png)',
      'src/warp/t.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]),
      'src/weft.md': '# Weft\n\nThe thread that goes.',
      'src/words.md': '# Words\n\nShuttle.',
    })
    const report = await take()
    expect(report).toMatchObject({ created: 5, skipped: [], remarks: [] })
    expect((await course()).title).toBe('looms')
    expect((await course()).chapters.map((chapter) => chapter.title)).toEqual(['Preface', 'Warp', 'Part one'])
    expect((await lessons()).map((lesson) => lesson.title)).toEqual([
      'Preface',
      'Warp',
      'Tension',
      'Weft & shed',
      'Words',
    ])
    expect(await bodyOf('Preface')).toContain(
      '[tension](/learn/looms/tension#how) and [warp](/learn/looms/warp)',
    )
    expect(await bodyOf('Tension')).toMatch(
      /\[weft\]\(\/learn\/looms\/weft\)\. !\[t\]\(\/api\/files\/[0-9a-f]{64}\)/,
    )
  })
})

describe('a hostile folder', () => {
  test('brings nothing from outside: paths, links and absolute names are refused with a reason', async () => {
    await put({
      ...sidebar([
        { title: 'a', path: '../../secret' },
        { title: 'b', path: '/..%2f..%2fsecret' },
        { title: 'c', path: '..\\..\\secret' },
        { title: 'd', path: '/link' },
        { title: 'e', path: '/folder/inside' },
        { title: 'f', path: 'file:///etc/passwd' },
        { title: 'g', path: '//evil.example/x' },
        { title: 'h', path: '/nul\u0000l' },
        { title: 'i', path: '/good' },
        { title: 'j', path: '/dir.md' },
      ]),
      'good.md': 'Fine. ![x](../secret.png) [y](../secret.md)',
      'dir.md/x.txt': '',
    })
    const outside = join(dirname(folder), 'secret.md')
    await writeFile(outside, 'what nobody may read')
    await writeFile(join(dirname(folder), 'inside.md'), 'what nobody may read')
    await symlink(outside, join(folder, 'link.md'))
    await symlink(dirname(folder), join(folder, 'folder'))
    const report = await take()
    expect(report.created).toBe(1)
    expect(report.skipped.map(({ why }) => why)).toEqual([
      'it leads out of the folder',
      'it leads out of the folder',
      'it leads out of the folder',
      'it is a link that leads out of the folder',
      'it is a link that leads out of the folder',
      'it lies on another site',
      'it lies on another site',
      'its path is not a path',
      'it is not a file',
    ])
    const everything = JSON.stringify([...(await community.feed())].map(([name, rows]) => [name, [...rows]]))
    expect(everything).not.toContain('nobody may read')
    expect(await bodyOf('i')).toBe('Fine. ![x](absent:secret.png) y')
  })

  test('files that are huge, binary, broken or named twice are left out; the rest comes whole', async () => {
    await put({
      ...sidebar([
        { title: 'Huge', path: '/huge' },
        { title: 'Binary', path: '/binary' },
        { title: 'Broken', path: '/broken' },
        { title: 'Bomb', path: '/bomb' },
        { title: 'Good', path: '/good' },
        { title: 'Again', path: '/good.md' },
        { title: '\u202eEvil\u0007 <script>', path: '/names' },
      ]),
      'huge.md': 'x'.repeat(2 * 1024 * 1024 + 1),
      'binary.md': new Uint8Array([0xff, 0xfe, 0x00, 0x01]),
      'broken.md': '---\ntitle: [\n---\nx',
      'bomb.md': `---\na: &a [x]\n${Array.from({ length: 60 }, (_, i) => `k${i}: *a`).join('\n')}\n---\nx`,
      'good.md': '<script>alert(1)</script>Good.',
      'names.md': 'x',
    })
    const report = await take()
    expect(report.created).toBe(2)
    expect(report.skipped.map(({ what }) => what)).toEqual([
      'huge.md',
      'binary.md',
      'broken.md',
      'bomb.md',
      'good.md',
    ])
    expect((await lessons()).map((lesson) => lesson.title)).toEqual(['Good', 'Evil <script>'])
    const page = await (await community.request('/learn/looms/good')).text()
    expect(page).not.toContain('alert(1)</script>')
    const other = await (await community.request('/learn/looms/names')).text()
    expect(other).toContain('Evil &lt;script&gt;')
  })

  test.each([
    ['not JSON', { 'sidebar.json': '{' }, 'sidebar.json is not JSON'],
    ['no list', { 'sidebar.json': '{"routes":{}}' }, 'sidebar.json has no list of routes'],
    ['nothing to read', sidebar([{ title: 'x' }]), 'its outline names no lessons'],
    ['endless depth', sidebar([nested(30)]), 'its outline is more than 8 levels deep'],
    [
      'too many lessons',
      sidebar(Array.from({ length: 301 }, (_, i) => ({ title: `${i}`, path: `/${i}` }))),
      'its outline names 301 lessons; 300 are the most',
    ],
    ['no outline', { 'a.md': 'x' }, 'it has no outline: neither sidebar.json nor SUMMARY.md'],
    ['no files', sidebar([{ title: 'x', path: '/x' }]), 'none of its lessons can be read'],
  ])('with an outline that is %s, nothing is imported', async (_, files, why) => {
    await put(files as Record<string, string>)
    const report = await take()
    expect(report.created).toBe(0)
    expect(report.skipped.at(-1)!.why).toBe(why)
    expect((await community.feed()).get('courses')?.size ?? 0).toBe(0)
  })
})

function nested(depth: number): unknown {
  return { title: 'x', path: '/x', routes: depth === 0 ? [] : [nested(depth - 1)] }
}
