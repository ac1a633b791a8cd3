/**
 * Courses for readers without the app, who are guests: of a lesson that is not open to all they get its title and what
 * its author put above the fold, never a word of its body.
 */
import type { Page, PublicPage, Reader, Route } from '#server/core/feature.ts'
import { markdownToHtml } from '#server/core/markdown.ts'
import { escapeHtml as escaped } from '#server/core/page.ts'
import { previewOf } from '#shared/core/preview.ts'
import { guest } from '#shared/core/viewer.ts'
import type { CommunityRow } from '#shared/features/accounts.ts'
import { neighboursOf } from '#shared/features/course-progress.ts'
import { coursePath, lessonPath } from '#shared/features/courses.ts'
import { type Lang, type Translate, translate } from '#shared/words/index.ts'
import {
  type CourseRecord,
  chaptersOf,
  courseAt,
  db,
  isToCome,
  type LessonRecord,
  lessonsOf,
  toLessonRow,
} from './tables.ts'

export const pages: Page[] = [
  {
    path: '/learn',
    async render({ reader, lang }) {
      const t = translate(lang)
      const items = (await publicCourses(reader)).map(
        (course) =>
          `<li lang="${course.lang}"><a href="${coursePath(course)}">${escaped(course.title)}</a>` +
          `<p>${escaped(course.description)}</p></li>`,
      )
      return {
        title: t('courses.title'),
        description: t('courses.lead'),
        lang,
        html:
          `<h1>${escaped(t('courses.title'))}</h1><ul class="courses">${items.join('\n')}</ul>` +
          '<p><a href="/learn/feed.xml" rel="alternate" type="application/rss+xml">RSS</a></p>',
      }
    },
    async addresses(reader) {
      const found = await publicCourses(reader)
      return found.length === 0 ? [] : [{ path: '/learn', updatedAt: found[0]!.updated_at }]
    },
  },
  {
    path: '/learn/:course',
    async render({ reader, params, publicUrl }) {
      const course = await openCourse(reader, params.course ?? '')
      return course ? coursePage(course, await lessonsOf(reader, course.id), publicUrl) : null
    },
    async addresses(reader) {
      return (await publicCourses(reader)).map((course) => ({
        path: coursePath(course),
        updatedAt: course.updated_at,
      }))
    },
  },
  {
    path: '/learn/:course/:lesson',
    async render({ reader, params, publicUrl }) {
      const course = await openCourse(reader, params.course ?? '')
      if (!course) return null
      const lessons = await lessonsOf(reader, course.id)
      const lesson = lessons.find(({ slug, id }) => params.lesson === slug || params.lesson === id)
      if (!lesson) return null
      const open = await reader.mayRead(guest, 'lesson_texts', lesson.id)
      const preview = isToCome(lesson, reader.now) ? '' : previewOf(lesson.body)
      return lessonPage(course, lessons, lesson, { open, preview, now: reader.now }, publicUrl)
    },
    async addresses(reader) {
      const readable = await reader.readable(guest, 'lesson_texts')
      const found: { path: string; updatedAt: number }[] = []
      for (const course of await publicCourses(reader)) {
        for (const lesson of await lessonsOf(reader, course.id)) {
          if (readable.has(lesson.id)) {
            found.push({ path: lessonPath(course, lesson), updatedAt: lesson.updated_at })
          }
        }
      }
      return found
    },
  },
]

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/learn/feed.xml',
    access: 'guest',
    async handle({ c, services }) {
      const { community, courses } = await services.read(async (reader) => ({
        community: (await reader.rows<CommunityRow>('community'))[0]?.data,
        courses: (await publicCourses(reader)).slice(0, 30),
      }))
      c.header('Content-Type', 'application/rss+xml; charset=utf-8')
      c.header('Cache-Control', 'public, max-age=300')
      return c.body(rss(services.env.publicUrl, community, courses))
    },
  },
]

/** Those that guests may know of, as the feed has it, the newest first. */
async function publicCourses(reader: Reader): Promise<CourseRecord[]> {
  const courses = await db(reader)
    .selectFrom('courses_course')
    .selectAll()
    .where('hidden', '=', 0)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(500)
    .execute()
  const readable = await reader.readable(guest, 'courses')
  return courses.filter((course) => readable.has(course.id))
}

async function openCourse(reader: Reader, slug: string): Promise<CourseRecord | undefined> {
  const course = await courseAt(reader, slug)
  return course && (await reader.mayRead(guest, 'courses', course.id)) ? course : undefined
}

function coursePage(course: CourseRecord, lessons: LessonRecord[], publicUrl: string): PublicPage {
  const chapters = chaptersOf(course).map((chapter) => {
    const items = lessons
      .filter((lesson) => lesson.chapter_id === chapter.id)
      .map((lesson) => `<li><a href="${lessonPath(course, lesson)}">${escaped(lesson.title)}</a></li>`)
    return items.length === 0 ? '' : `<h2>${escaped(chapter.title)}</h2><ol>${items.join('\n')}</ol>`
  })
  const image = course.cover ? new URL(course.cover, publicUrl).href : undefined
  return {
    title: course.title,
    description: course.description,
    lang: course.lang,
    html:
      `<h1>${escaped(course.title)}</h1><p class="byline">${escaped(course.author_name)}</p>` +
      `<p>${escaped(course.description)}</p>${chapters.join('\n')}`,
    ...(image ? { image } : {}),
    jsonLd: {
      '@context': 'https://schema.org',
      '@type': 'Course',
      name: course.title,
      description: course.description,
      inLanguage: course.lang,
      url: publicUrl + coursePath(course),
      ...(course.author_name ? { author: { '@type': 'Person', name: course.author_name } } : {}),
      isAccessibleForFree: (JSON.parse(course.opening) as { to: string }).to === 'public',
    },
  }
}

function lessonPage(
  course: CourseRecord,
  lessons: LessonRecord[],
  lesson: LessonRecord,
  { open, preview, now }: { open: boolean; preview: string; now: number },
  publicUrl: string,
): PublicPage {
  const t = translate(course.lang as Lang)
  const text = open ? lesson.body : preview
  const html = markdownToHtml(text, { resolveImage: (src) => (src.startsWith('/') ? src : null) })
  return {
    title: `${lesson.title} · ${course.title}`,
    description: course.description,
    lang: course.lang,
    html:
      `<p><a href="${coursePath(course)}">${escaped(course.title)}</a></p><h1>${escaped(lesson.title)}</h1>` +
      html +
      (open ? '' : closed(t)) +
      onward(course, lessons, lesson, t, now),
    jsonLd: {
      '@context': 'https://schema.org',
      '@type': 'LearningResource',
      name: lesson.title,
      inLanguage: course.lang,
      dateModified: new Date(lesson.updated_at).toISOString(),
      isPartOf: { '@type': 'Course', name: course.title, url: publicUrl + coursePath(course) },
      isAccessibleForFree: open,
    },
  }
}

function closed(t: Translate): string {
  return `<p>${escaped(t('courses.locked_page'))} <a href="/sign-in">${escaped(t('courses.sign_in'))}</a></p>`
}

function onward(
  course: CourseRecord,
  lessons: LessonRecord[],
  lesson: LessonRecord,
  t: Translate,
  now: number,
): string {
  const { after } = neighboursOf(
    lessons.map((each) => toLessonRow(course, each, '', now)),
    lesson.id,
  )
  return after
    ? `<p>${escaped(t('courses.next'))}: <a href="${lessonPath(course, after)}">${escaped(after.title)}</a></p>`
    : ''
}

function rss(publicUrl: string, community: CommunityRow | undefined, courses: CourseRecord[]): string {
  const name = community?.name ?? 'Lyceum'
  const items = courses.map(
    (course) => `<item>
<title>${xml(course.title)}</title>
<link>${xml(publicUrl + coursePath(course))}</link>
<guid isPermaLink="false">${xml(course.id)}</guid>
<pubDate>${new Date(course.published_at ?? 0).toUTCString()}</pubDate>
<description>${xml(course.description)}</description>
</item>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(name)}</title>
<link>${xml(publicUrl)}/learn</link>
<atom:link href="${xml(publicUrl)}/learn/feed.xml" rel="self" type="application/rss+xml"/>
<description>${xml(community?.about || name)}</description>
${items.join('\n')}
</channel>
</rss>
`
}

/** XML 1.0 refuses control characters even when they are escaped. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  return escaped(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''))
}
