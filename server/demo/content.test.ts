import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  contentFolder as folder,
  linksTo,
  type Person,
  readArticles,
  readContent,
  readMarkdown,
  type Thread,
} from './content.ts'

interface Session {
  guid: string
  id: number
  date: string
  start: string
  duration: string
  room: string
  slug: string
  title: string
  language: 'en' | 'zh'
  track: string
  abstract: string
  description: string
  persons: { public_name: string }[]
}
interface Schedule {
  schedule: {
    conference: {
      acronym: string
      daysCount: number
      time_zone_name: string
      rooms: { name: string }[]
      tracks: { name: string }[]
      days: { date: string; rooms: Record<string, Session[]> }[]
    }
  }
}
const { community, members, articles, threads, notes, event } = readContent()
const { conference } = (event as unknown as Schedule).schedule
const sessions = conference.days.flatMap((day) => Object.values(day.rooms).flat())

const handles = new Set(members.map((member) => member.handle))
const names = new Set(members.map((member) => member.name))
const guids = new Set(sessions.map((session) => session.guid))
const tags = new Set(Object.keys(community.tags))
const unknown = (values: Iterable<string>, known: Set<string>): string[] =>
  [...values].filter((value) => !known.has(value))
const minutes = (clock: string): number => {
  const [hours = 0, rest = 0] = clock.split(':').map(Number)
  return hours * 60 + rest
}
const count = <T>(values: T[], holds: (value: T) => boolean): number => values.filter(holds).length

/** Prose without fenced and inline code, where `@` does not mention anybody. */
const prose = (body: string): string => body.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')

describe('the demo community', () => {
  test('has a name, a spirit and eighteen tags in both languages', () => {
    const { name, about } = community
    const texts = [name, about, ...Object.values(community.tags)].flatMap((text) => [text.en, text.zh])
    expect(texts.every((text) => text.length > 0)).toBe(true)
    expect(tags.size).toBe(18)
    expect([...tags].every((tag) => /^[a-z]+(-[a-z]+)*$/.test(tag))).toBe(true)
  })

  test('has two hundred members with handles of their own, the sign-ins first', () => {
    expect(members).toHaveLength(200)
    expect(handles.size).toBe(200)
    expect(names.size).toBe(200)
    expect(members.every((member) => /^[a-z]{3,20}$/.test(member.handle))).toBe(true)
    const first = members.slice(0, 5).map((member) => `${member.role} ${member.lang}`)
    expect(first).toEqual(['owner zh', 'moderator en', 'author zh', 'member zh', 'member en'])
    const roles = (role: Person['role']): number => count(members, (member) => member.role === role)
    expect([roles('owner'), roles('moderator'), roles('author'), roles('member')]).toEqual([1, 1, 7, 191])
    expect(members.every((member) => member.interests.length > 0)).toBe(true)
    expect(unknown(new Set(members.flatMap((member) => member.interests)), tags)).toEqual([])
  })

  test('fits in 500 KB', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
      statSync(join(folder, file)),
    )
    const bytes = files.filter((file) => file.isFile()).reduce((sum, file) => sum + file.size, 0)
    expect(bytes).toBeLessThan(500 * 1024)
  })
})

describe('the demo articles', () => {
  test('are sixteen in each language, by people who may publish', () => {
    expect(articles).toHaveLength(32)
    expect(count(articles, (article) => article.lang === 'zh')).toBe(16)
    const writers = new Set(
      members.filter((member) => member.role !== 'member').map((member) => member.handle),
    )
    expect(unknown(new Set(articles.map((article) => article.author)), writers)).toEqual([])
  })

  test.each(articles.map((article) => [article.slug, article] as const))(
    '%s has complete front matter',
    (_, article) => {
      expect(article.title.length).toBeGreaterThan(5)
      expect(article.description.length).toBeGreaterThan(20)
      expect(Number.isInteger(article.daysAgo) && article.daysAgo > 0).toBe(true)
      expect(article.tags.length).toBeGreaterThanOrEqual(2)
      expect(unknown(article.tags, tags)).toEqual([])
    },
  )

  test('close every fence and name its language', () => {
    for (const { slug, body } of articles) {
      const fences = body.match(/^```.*$/gm) ?? []
      expect(fences.length % 2, slug).toBe(0)
      const opening = fences.filter((_, index) => index % 2 === 0)
      expect(
        opening.every((fence) => /^```[a-z]+$/.test(fence)),
        slug,
      ).toBe(true)
    }
  })

  test('refer only to images that are there, with words for those who do not see them', () => {
    const images = articles.flatMap(({ body }) => [...body.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)])
    expect(images).toHaveLength(1)
    for (const [, alt = '', path = ''] of images) {
      expect(alt.length).toBeGreaterThan(20)
      const signature = readFileSync(join(folder, 'articles', path))
        .subarray(1, 4)
        .toString('latin1')
      expect(signature).toBe('PNG')
    }
  })
})

describe('the demo event', () => {
  test('has twenty sessions in three rooms and four tracks over its two fixed days', () => {
    expect(sessions).toHaveLength(20)
    expect(conference.days.map((day) => day.date)).toEqual(['2000-01-01', '2000-01-02'])
    expect(conference.daysCount).toBe(2)
    expect(conference.time_zone_name).toBe('Asia/Shanghai')
    expect(conference.rooms).toHaveLength(3)
    expect(conference.tracks).toHaveLength(4)
    const tracks = new Set(conference.tracks.map((track) => track.name))
    expect(new Set(sessions.map((session) => session.track))).toEqual(tracks)
    for (const lang of ['zh', 'en']) {
      expect(count(sessions, (session) => session.language === lang)).toBeGreaterThanOrEqual(9)
    }
  })

  test('gives every session ids, texts and speakers of its own community', () => {
    expect(guids.size).toBe(20)
    expect(new Set(sessions.map((session) => session.id)).size).toBe(20)
    expect(new Set(sessions.map((session) => session.slug)).size).toBe(20)
    expect(sessions.every((session) => session.abstract.length > 20 && session.description.length > 40)).toBe(
      true,
    )
    expect(sessions.every((session) => session.persons.length > 0)).toBe(true)
    const speakers = sessions.flatMap((session) => session.persons.map((person) => person.public_name))
    expect(unknown(speakers, names)).toEqual([])
  })

  test('puts each session on its day, in its room, for a talk or a workshop', () => {
    const rooms = new Set(conference.rooms.map((room) => room.name))
    for (const day of conference.days) {
      for (const [room, list] of Object.entries(day.rooms)) {
        expect(rooms.has(room)).toBe(true)
        for (const session of list) {
          expect(session.room).toBe(room)
          expect(session.date).toBe(`${day.date}T${session.start}:00+08:00`)
          expect(['00:20', '00:40', '01:30']).toContain(session.duration)
        }
      }
    }
  })

  /** Pairs of sessions that run at the same time, among those `together` puts side by side. */
  const clashes = (together: (a: Session, b: Session) => boolean): string[] =>
    sessions.flatMap((a, index) =>
      sessions
        .slice(index + 1)
        .filter((b) => {
          if (a.date.slice(0, 10) !== b.date.slice(0, 10) || !together(a, b)) return false
          const [startA, startB] = [minutes(a.start), minutes(b.start)]
          return startA < startB + minutes(b.duration) && startB < startA + minutes(a.duration)
        })
        .map((b) => `${a.slug} / ${b.slug}`),
    )

  test('never has two sessions in one room, or one speaker in two rooms, at the same time', () => {
    expect(clashes((a, b) => a.room === b.room)).toEqual([])
    const speakers = (session: Session): string[] => session.persons.map((person) => person.public_name)
    expect(clashes((a, b) => speakers(a).some((name) => speakers(b).includes(name)))).toEqual([])
  })

  test('has sessions that a member cannot both attend', () => {
    expect(clashes((a, b) => a.room !== b.room).length).toBeGreaterThanOrEqual(5)
  })
})

describe('the demo threads', () => {
  test('are spread over articles, sessions, the event and nothing in particular', () => {
    expect(threads).toHaveLength(40)
    expect(count(threads, (thread) => thread.lang === 'zh')).toBe(21)
    const about = (kind: NonNullable<Thread['subject']>['kind'] | null): number =>
      count(threads, (thread) => (thread.subject?.kind ?? null) === kind)
    expect([about('article'), about('session'), about('event'), about(null)]).toEqual([27, 4, 1, 8])
    const slugs = new Set(articles.map((article) => article.slug))
    const known = { article: slugs, session: guids, event: new Set([conference.acronym]) }
    for (const { subject } of threads) {
      if (subject) expect(known[subject.kind].has(subject.ref)).toBe(true)
    }
    expect(unknown(new Set(threads.flatMap((thread) => thread.tags)), tags)).toEqual([])
  })

  test('are questions too, most of them with one accepted answer by someone else', () => {
    const questions = threads.filter((thread) => thread.kind === 'question')
    expect(questions).toHaveLength(18)
    const accepted = threads.flatMap((thread) => {
      const answers = thread.posts.filter((post) => post.accepted)
      return answers.map((answer) => ({ thread, answer }))
    })
    expect(accepted).toHaveLength(16)
    expect(new Set(accepted.map(({ thread }) => thread)).size).toBe(16)
    for (const { thread, answer } of accepted) {
      expect(thread.kind).toBe('question')
      expect(answer.author).not.toBe(thread.posts[0]!.author)
    }
  })

  test('go forward in time, and begin after the article that they are about', () => {
    for (const { title, subject, posts } of threads) {
      expect(posts.length, title).toBeGreaterThanOrEqual(2)
      expect(posts.length, title).toBeLessThanOrEqual(9)
      const hours = posts.map((post) => post.hoursAgo)
      expect(hours, title).toEqual([...new Set(hours)].sort((a, b) => b - a))
      expect(hours.at(-1), title).toBeGreaterThan(0)
      const article = articles.find(({ slug }) => subject?.kind === 'article' && slug === subject.ref)
      if (article) expect(hours[0], title).toBeLessThan(article.daysAgo * 24)
    }
  })

  test('name, mention and count only members, and nobody reacts twice or to themselves', () => {
    for (const post of threads.flatMap((thread) => thread.posts)) {
      expect(handles.has(post.author)).toBe(true)
      const mentioned = [...prose(post.body).matchAll(/@([a-z]+)/g)].map((match) => match[1]!)
      expect(unknown(mentioned, handles)).toEqual([])
      for (const [emoji, people] of Object.entries(post.reactions)) {
        expect(['👍', '❤️', '🎉', '💡', '👀', '😄']).toContain(emoji)
        expect(people.length).toBeGreaterThan(0)
        expect(new Set(people).size).toBe(people.length)
        expect(people).not.toContain(post.author)
        expect(unknown(people, handles)).toEqual([])
      }
    }
  })

  test('close every fence', () => {
    for (const { body } of [
      ...threads.flatMap((thread) => thread.posts),
      ...notes.flatMap((note) => note.parts),
    ]) {
      expect((body.match(/^```/gm) ?? []).length % 2).toBe(0)
    }
  })
})

describe('the demo notes', () => {
  test('belong to three sessions and were each typed by several members', () => {
    expect(new Set(notes.map((note) => note.session)).size).toBe(3)
    for (const note of notes) {
      expect(guids.has(note.session)).toBe(true)
      const writers = new Set(note.parts.map((part) => part.author))
      expect(writers.size).toBeGreaterThanOrEqual(3)
      expect(unknown(writers, handles)).toEqual([])
    }
  })
})

describe('the demo courses', () => {
  const courses = readdirSync(join(folder, 'courses')).map((name) => ({
    name,
    outline: parse(readFileSync(join(folder, 'courses', name, 'course.yaml'), 'utf8')) as {
      author: string
      tags: string[]
      chapters: { lessons: string[] }[]
    },
  }))

  test('are four, with twenty-four lessons that are all there', () => {
    expect(courses).toHaveLength(4)
    const lessons = courses.flatMap(({ name, outline }) =>
      outline.chapters.flatMap((chapter) =>
        chapter.lessons.map((file) => join(folder, 'courses', name, `${file}.md`)),
      ),
    )
    expect(lessons).toHaveLength(24)
    expect(lessons.filter((path) => !existsSync(path))).toEqual([])
    const linked = linksTo(readArticles())
    for (const path of lessons) expect(linked(readMarkdown(path).body)).toContain('## ')
    expect(
      unknown(
        courses.flatMap(({ outline }) => outline.tags),
        tags,
      ),
    ).toEqual([])
  })
})
