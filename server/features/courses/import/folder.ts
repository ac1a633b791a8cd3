/**
 * `lyceum import course <folder>`: an outline and the Markdown files that it names become a course, in one transaction.
 * The course is known by the folder's name and its lessons by their paths, so that a second run changes what has
 * changed and makes nothing twice. The order is always the outline's; what members wrote here stands: a lesson that was
 * edited is left alone and said so, lessons that were added stay, and what an owner decided about the course (who may
 * open it, its description, its previews) is not decided again.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, join, posix, resolve } from 'node:path'
import type { ImportReport, Tx } from '#server/core/feature.ts'
import { createAssets } from '#server/core/import/assets.ts'
import { rewriteLinks } from '#server/core/import/links.ts'
import { unwrap } from '#server/core/import/unwrap.ts'
import { plainText } from '#server/core/markdown.ts'
import type { Services } from '#server/core/services.ts'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { excerpt, slugify, unspacedShare } from '#shared/core/text.ts'
import { longestLesson, printOf, reservedCourseSlugs, reservedLessonSlugs } from '#shared/features/courses.ts'
import { dropLesson, freeSlug, publishAll, writeLesson } from '../publish.ts'
import { type CourseRecord, chaptersOf, courseById, db, isUsedLesson, lessonsOf } from '../tables.ts'
import { type LessonFile, locate, readLesson, readWithin } from './lesson-file.ts'
import { type Outline, readSidebar, readSummary } from './outline.ts'
import { createPlaces } from './places.ts'

export interface Found {
  id: string
  chapterId: string
  title: string
  /** As the outline has it. */
  written: string
  /** Within the folder, with slashes. */
  path: string
  slug: string
  file: LessonFile
}

interface Plan {
  courseId: string
  folder: string
  title: string
  slug: string
  chapters: { id: string; title: string }[]
  lessons: Found[]
  /** Ids of all that the outline names, also of those that could not be read this time. */
  named: Set<string>
}

export async function importCourse(services: Services, folder: string): Promise<ImportReport> {
  const report: ImportReport = { created: 0, updated: 0, unchanged: 0, skipped: [], remarks: [] }
  const given = resolve(folder)
  const read = await readOutline(given)
  if (!read.ok) {
    report.skipped.push({ what: folder, why: read.error })
    return report
  }
  const plan = await planCourse(basename(given), read.value.root, read.value.outline, report)
  if (plan.lessons.length === 0) {
    report.skipped.push({ what: folder, why: 'none of its lessons can be read' })
    return report
  }
  await nameAll(services, plan)
  const lang = languageOf(plan.lessons)
  const bodies = new Map<string, string>()
  for (const lesson of plan.lessons) {
    const body = await toBody(services, read.value.root, plan, lesson, lang, report)
    if (body.length <= longestLesson) bodies.set(lesson.id, body)
    else report.skipped.push({ what: lesson.path, why: `it is longer than ${longestLesson} characters` })
  }
  await services.transact((tx) => save(tx, plan, lang, bodies, report))
  return report
}

/** The outline, and the folder that its paths begin at. */
async function readOutline(given: string): Promise<Result<{ root: string; outline: Outline }, string>> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return fail('it is not a folder that can be read')
  for (const [name, read] of [
    ['sidebar.json', readSidebar],
    ['SUMMARY.md', readSummary],
    ['src/SUMMARY.md', readSummary],
  ] as const) {
    if (!(await stat(join(given, name)).catch(() => undefined))) continue
    const text = await readWithin(given, name)
    if (!text.ok) return fail(`${name}: ${text.error}`)
    const outline = read(text.value)
    return outline.ok ? ok({ root: dirname(join(given, name)), outline: outline.value }) : outline
  }
  return fail('it has no outline: neither sidebar.json nor SUMMARY.md')
}

async function planCourse(
  folder: string,
  root: string,
  outline: Outline,
  report: ImportReport,
): Promise<Plan> {
  const courseId = idOf(`course:${folder}`)
  const plan: Plan = {
    courseId,
    folder,
    title: outline.title || folder,
    slug: slugify(folder, courseId),
    chapters: [],
    lessons: [],
    named: new Set(),
  }
  for (const [index, chapter] of outline.chapters.entries()) {
    const chapterId = idOf(`chapter:${folder}/${index}/${chapter.title}`)
    const lessons: Found[] = []
    for (const { title, path: written } of chapter.lessons) {
      const located = await locate(root, written)
      const what = excerpt(located.ok ? located.value : written, 120)
      if (!located.ok) {
        report.skipped.push({ what, why: located.error })
        continue
      }
      const id = idOf(`lesson:${folder}/${located.value}`)
      if (plan.named.has(id)) {
        report.skipped.push({ what, why: 'the outline names it twice' })
        continue
      }
      plan.named.add(id)
      const text = await readWithin(root, located.value)
      const file = text.ok ? readLesson(text.value) : text
      if (!file.ok) report.skipped.push({ what, why: file.error })
      else lessons.push({ id, chapterId, title, written, path: located.value, slug: '', file: file.value })
    }
    if (lessons.length === 0) continue
    plan.chapters.push({ id: chapterId, title: chapter.title })
    plan.lessons.push(...lessons)
  }
  return plan
}

/** The same for the same words, wherever the folder lies. A UUIDv8 (RFC 9562). */
function idOf(words: string): string {
  const hash = createHash('sha256').update(words).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** Gives every lesson its address before any is written, so that they can link to each other. */
async function nameAll(services: Services, plan: Plan): Promise<void> {
  await services.read(async (reader) => {
    const course = await courseById(reader, plan.courseId)
    const others = await db(reader)
      .selectFrom('courses_course')
      .select('slug')
      .where('id', '!=', plan.courseId)
      .execute()
    const courseSlugs = new Set(others.map(({ slug }) => slug))
    plan.slug =
      course?.slug ??
      freeSlug(plan.slug, plan.courseId, (slug) => courseSlugs.has(slug) || reservedCourseSlugs.has(slug))
    const known = await lessonsOf(reader, plan.courseId)
    const taken = new Set(known.map((lesson) => lesson.slug))
    for (const lesson of plan.lessons) {
      const existing = known.find(({ id }) => id === lesson.id)
      lesson.slug =
        existing?.slug ??
        freeSlug(ending(lesson), lesson.id, (slug) => taken.has(slug) || reservedLessonSlugs.has(slug))
      taken.add(lesson.slug)
    }
  })
}

/** What a path calls its page: the file's name, or its folder's for an index. */
function ending({ path, title }: Found): string {
  const plain = path.replace(/\.\w+$/, '').replace(/(?:^|\/)(?:index|readme)$/i, '')
  return posix.basename(plain) || title
}

function languageOf(lessons: readonly Found[]): 'zh' | 'en' {
  const said = lessons.find((lesson) => lesson.file.lang !== null)?.file.lang
  if (said) return said
  const sample = lessons.map((lesson) => lesson.title + lesson.file.body.slice(0, 2_000)).join('\n')
  return unspacedShare(plainText(sample)) > 0.3 ? 'zh' : 'en'
}

async function toBody(
  services: Services,
  root: string,
  plan: Plan,
  lesson: Found,
  lang: 'zh' | 'en',
  report: ImportReport,
): Promise<string> {
  const remark = (why: string): void => {
    report.remarks.push({ what: lesson.path, why })
  }
  const unwrapped = unwrap(lesson.file.body, lang)
  if (unwrapped.tags.size > 0) {
    const tags = [...unwrapped.tags].map(([name, count]) =>
      count === 1 ? `<${name}>` : `<${name}> ×${count}`,
    )
    remark(`unwrapped ${tags.join(', ')}`)
  }
  const assets = createAssets(services, root, lesson.path)
  const places = createPlaces(plan.folder, plan.slug, plan.lessons)
  const lost: string[] = []
  const body = await assets.replaced(
    rewriteLinks(unwrapped.text, {
      image: (address) => assets.image(address),
      link(address) {
        const place = assets.file(address) ?? places.resolve(address, lesson.path)
        if (place === null) lost.push(address)
        return place
      },
    }),
  )
  if (lost.length > 0) remark(`links to pages that are not here became text (${lost.length}): ${some(lost)}`)
  if (assets.absent.length > 0) {
    remark(`pictures are not there (${assets.absent.length}): ${some(assets.absent)}`)
  }
  return body
}

function some(list: string[]): string {
  const names = [...new Set(list)].map((name) => excerpt(name, 80))
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '')
}

async function save(
  tx: Tx,
  plan: Plan,
  lang: 'zh' | 'en',
  bodies: ReadonlyMap<string, string>,
  report: ImportReport,
): Promise<void> {
  const before = await courseById(tx, plan.courseId)
  if (before?.hidden === 1) {
    report.skipped.push({ what: plan.folder, why: 'it was withdrawn here' })
    return
  }
  await saveCourse(tx, plan, lang, before)
  const known = await lessonsOf(tx, plan.courseId)
  let position = 0
  for (const lesson of plan.lessons) {
    const body = bodies.get(lesson.id)
    const existing = known.find(({ id }) => id === lesson.id)
    const edited = existing && existing.imported_as !== printOf(existing.body)
    if (body === undefined && !existing) continue
    if (edited) report.skipped.push({ what: lesson.path, why: 'it was edited here since it was imported' })
    // Removed here and named by the outline still: it stays away.
    if (!existing && (await isUsedLesson(tx, lesson.id))) {
      report.skipped.push({ what: lesson.path, why: 'it was removed here' })
      continue
    }
    const text = edited || body === undefined ? existing!.body : body
    await writeLesson(tx, existing, {
      id: lesson.id,
      course_id: plan.courseId,
      chapter_id: lesson.chapterId,
      slug: lesson.slug,
      title: edited ? existing.title : lesson.title,
      position: position++,
      body: text,
      free: existing ? existing.free === 1 : lesson.file.free,
      ...(edited ? {} : { importedAs: printOf(text) }),
    })
    if (edited) continue
    if (!existing) report.created++
    else if (existing.body === text && existing.title === lesson.title) report.unchanged++
    else report.updated++
  }
  await settleOthers(tx, plan, position, report)
  await publishAll(tx, plan.courseId)
  await tx.tell('courses.published', { courseId: plan.courseId, authorId: null, first: before === undefined })
}

async function saveCourse(
  tx: Tx,
  plan: Plan,
  lang: 'zh' | 'en',
  before: CourseRecord | undefined,
): Promise<void> {
  const words = plainText(plan.lessons[0]!.file.body)
  const said = plan.lessons[0]!.file.description || words.split('\n').find((line) => line.length > 40) || ''
  const details = {
    title: plan.title,
    description: excerpt(plainText(said), 300),
    tags: JSON.stringify([...new Set(plan.lessons.flatMap((lesson) => lesson.file.tags))].slice(0, 8)),
    lang,
  }
  const chapters = JSON.stringify(plan.chapters)
  if (before) {
    await db(tx)
      .updateTable('courses_course')
      .set({ ...(before.imported === 1 ? details : {}), chapters, updated_at: tx.now })
      .where('id', '=', plan.courseId)
      .execute()
    return
  }
  await db(tx)
    .insertInto('courses_course')
    .values({
      id: plan.courseId,
      slug: plan.slug,
      cover: null,
      opening: JSON.stringify({ to: 'public' }),
      author_id: null,
      author_name: '',
      published_at: tx.now,
      hidden: 0,
      withdrawn_by: null,
      created_at: tx.now,
      updated_at: tx.now,
      imported: 1,
      chapters,
      ...details,
    })
    .execute()
}

/** Lessons that were not read this time: imported ones that the outline no longer names go, all others move to the end. */
async function settleOthers(tx: Tx, plan: Plan, from: number, report: ImportReport): Promise<void> {
  const course = (await courseById(tx, plan.courseId))!
  const chapters = chaptersOf(course)
  const read = new Set(plan.lessons.map(({ id }) => id))
  let position = from
  for (const lesson of await lessonsOf(tx, plan.courseId)) {
    if (read.has(lesson.id)) continue
    if (lesson.imported_as !== null && !plan.named.has(lesson.id)) {
      await dropLesson(tx, lesson.id)
      report.remarks.push({ what: lesson.title, why: 'the outline no longer names it: it was removed' })
      continue
    }
    const home = chapters.some(({ id }) => id === lesson.chapter_id) ? lesson.chapter_id : chapters.at(-1)!.id
    await db(tx)
      .updateTable('courses_lesson')
      .set({ position: position++, chapter_id: home })
      .where('id', '=', lesson.id)
      .execute()
  }
}
