/**
 * What the demo is made of, as its authors keep it: Markdown files with a small header, read into plain values. A link to an
 * article is written as the name of its file, `[…](cache-consistency.md)`, from wherever it is.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { slugify } from '#shared/core/text.ts'
import type { Role } from '#shared/core/viewer.ts'
import { type Reaction, reactions } from '#shared/features/discussions.ts'

export type Lang = 'zh' | 'en'
type Both = Record<Lang, string>

export interface Community {
  name: Both
  about: Both
  tags: Record<string, Both>
}

export interface Person {
  handle: string
  name: string
  lang: Lang
  bio: string
  interests: string[]
  role: Role
}

export interface Article {
  slug: string
  title: string
  daysAgo: number
  author: string
  description: string
  tags: string[]
  lang: Lang
  body: string
}

export interface ThreadPost {
  author: string
  hoursAgo: number
  accepted: boolean
  reactions: Partial<Record<Reaction, string[]>>
  body: string
}

export interface Thread {
  file: string
  title: string
  kind: 'talk' | 'question'
  subject: { kind: 'article' | 'session' | 'event'; ref: string } | null
  tags: string[]
  lang: Lang
  /** In the opening post. */
  poll?: { options: string[]; votes: Record<string, number[]> }
  posts: ThreadPost[]
}

export interface Session {
  guid: string
  track: string
}

export interface Schedule {
  schedule: { conference: { days: { rooms: Record<string, Session[]> }[] } }
}

export interface Notes {
  session: string
  parts: { author: string; body: string }[]
}

export interface Content {
  community: Community
  members: Person[]
  articles: Article[]
  threads: Thread[]
  notes: Notes[]
  event: Schedule
}

export const contentFolder = join(import.meta.dirname, 'content')

/** @throws when the file has no header */
export function readMarkdown<T>(path: string): { head: T; body: string } {
  const [, head, body] = /^---\n(.*?)\n---\n+(.*)$/s.exec(readFileSync(path, 'utf8')) ?? []
  if (head === undefined || body === undefined) throw new Error(`${path} has no header`)
  return { head: parse(head) as T, body }
}

export function readContent(): Content {
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(contentFolder, name), 'utf8')) as T
  const articles = readArticles()
  const linked = linksTo(articles)
  return {
    community: json('community.json'),
    members: readMembers(),
    articles: articles.map((article) => ({ ...article, body: linked(article.body) })),
    threads: readThreads().map((thread) => ({
      ...thread,
      posts: thread.posts.map((post) => ({ ...post, body: linked(post.body) })),
    })),
    notes: json('notes.json'),
    event: json('event.json'),
  }
}

/** In place of a file's name, where the article is read. */
export function linksTo(articles: readonly Article[]): (body: string) => string {
  const paths = new Map(articles.map(({ slug, title }) => [slug, `/read/${slugify(title)}`]))
  return (body) =>
    body.replace(/\]\(([a-z0-9-]+)\.md\)/g, (whole, slug: string) => {
      const path = paths.get(slug)
      if (path === undefined) throw new Error(`no article for ${whole}`)
      return `](${path})`
    })
}

export function readMembers(): Person[] {
  const people = parse(readFileSync(join(contentFolder, 'members.yaml'), 'utf8')) as Person[]
  return people.map((person) => ({ ...person, bio: person.bio ?? '' }))
}

function filesOf(folder: string): string[] {
  return readdirSync(join(contentFolder, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
}

export function readArticles(): Article[] {
  return filesOf('articles').map((name) => {
    const { head, body } = readMarkdown<Omit<Article, 'slug' | 'body'>>(join(contentFolder, 'articles', name))
    return { ...head, slug: name.slice(0, -3), body }
  })
}

type ThreadHead = Omit<Thread, 'file' | 'subject' | 'posts'> & { about?: string }

export function readThreads(): Thread[] {
  return filesOf('threads').map((name) => {
    const { head, body } = readMarkdown<ThreadHead>(join(contentFolder, 'threads', name))
    const { about, ...rest } = head
    const [kind, ref] = about?.split(' ') ?? []
    const subject = kind && ref ? { kind: kind as NonNullable<Thread['subject']>['kind'], ref } : null
    const posts = body
      .split(/^=== /m)
      .slice(1)
      .map((text) => readPost(text, name))
    return { ...rest, file: name, subject, posts }
  })
}

/** `handle 12h accepted 👍 one,two 💡 three`, an empty line, and the words. */
function readPost(text: string, file: string): ThreadPost {
  const [, author, hours, accepted, given, body] =
    /^([a-z]+) (\d+)h( accepted)?((?: \S+ [a-z,]+)*)\n\n(.*)$/s.exec(text) ?? []
  if (!author || !body) throw new Error(`${file}: cannot read the post that begins "${text.slice(0, 60)}"`)
  const counted: ThreadPost['reactions'] = {}
  for (const [, sign, handles] of (given ?? '').matchAll(/(\S+) ([a-z,]+)/g)) {
    const reaction = reactions.find((one) => one === sign)
    if (!reaction) throw new Error(`${file}: ${sign} is no reaction`)
    counted[reaction] = handles!.split(',')
  }
  return {
    author,
    hoursAgo: Number(hours),
    accepted: accepted !== undefined,
    reactions: counted,
    body: body.trim(),
  }
}
