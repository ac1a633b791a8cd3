/**
 * The demo community: `server/demo/content`, lived through. Every article, post, reaction and plan goes through the same
 * commands as a member's would, on a clock that runs from weeks ago to now, so the demo proves the product rather
 * than imitates it. It is made in a folder of its own and moved into place when it is whole.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import { type Reaction, reactions } from '#shared/features/discussions.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import { type Community, openCommunity } from '../app.ts'
import { openSqlite } from '../core/db.ts'
import type { Env, Log } from '../core/services.ts'
import { createMember, describeCommunity } from '../features/accounts/index.ts'
import { events } from '../features/events/index.ts'
import { settled, trainNow } from '../features/recommendations/index.ts'
import { courses } from './courses.ts'
import { growth } from './growth.ts'
import { createRandom, liveOn } from './histories.ts'
import { meetups } from './meetups.ts'
import { memberships } from './memberships.ts'
import { moderation } from './moderation.ts'
import { notices } from './notices.ts'
import type { DemoContext, DemoPart } from './part.ts'
import { planning } from './planning.ts'
import { setup } from './setup.ts'

/** What features add, each in a file of its own. */
const parts: DemoPart[] = [setup, memberships, courses, meetups, growth, moderation, notices, planning]

export const demoPassword = 'ballast-demo'
const hour = 3_600_000
const day = 24 * hour

interface Content {
  community: { name: Record<'zh' | 'en', string>; about: Record<'zh' | 'en', string> }
  members: { handle: string; name: string; lang: 'zh' | 'en'; bio: string; interests: string[]; role: Role }[]
  articles: { slug: string; body: string; details: ArticleDetails }[]
  threads: Thread[]
  notes: { session: string; parts: { author: string; body: string }[] }[]
  event: Schedule
}

interface ArticleDetails {
  title: string
  daysAgo: number
  author: string
  description: string
  tags: string[]
  lang: 'zh' | 'en'
}

interface Thread {
  title: string
  kind: 'talk' | 'question'
  subject: { kind: 'article' | 'session' | 'event' | null; ref: string | null }
  tags: string[]
  posts: {
    author: string
    hoursAgo: number
    body: string
    reactions?: Partial<Record<Reaction, string[]>>
    accepted?: boolean
  }[]
}

interface Schedule {
  schedule: {
    conference: {
      start: string
      end: string
      days: { date: string; day_start: string; day_end: string; rooms: Record<string, { date: string }[]> }[]
    }
  }
}

export function demoSignIns(): string {
  const people = [
    ['linqiao', 'owner'],
    ['maren', 'moderator'],
    ['zhouyan', 'author'],
    ['xiaoman', 'member, 中文'],
    ['tobias', 'member, English'],
  ]
  const lines = people.map(([handle, role]) => `  ${`${handle}@ballast.example`.padEnd(26)} ${role}`)
  return `Sign in with the password "${demoPassword}" as\n${lines.join('\n')}`
}

/** Fills an empty DATA_DIR; does nothing when a database is there. */
export async function seedDemo(env: Env, log: Log, say: (line: string) => void): Promise<void> {
  const target = join(env.dataDir, 'lyceum.sqlite')
  if (existsSync(target)) return
  const folder = join(env.dataDir, 'seeding')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  say('Seeding the demo community …')
  const now = Date.now()
  const clock = { now: now - 60 * day }
  const community = await openCommunity({
    database: openSqlite(join(folder, 'lyceum.sqlite')),
    env,
    log,
    now: () => clock.now,
  })
  try {
    // Its hours go by in a moment; its nights are few enough to have their trainings.
    await community.services.database.kysely
      .deleteFrom('job')
      .where('name', '=', 'recommendations.refresh')
      .execute()
    await live(community, await readContent(), clock, now)
    clock.now = now
    await community.quiesce()
    say('Training its recommendations …')
    await settled(community.services)
    await trainNow(community.services)
    await community.quiesce()
    // What recurs was planned on the clock of the past; the server that opens this plans it anew.
    await community.services.database.kysely.deleteFrom('job').execute()
  } finally {
    await community.close()
  }
  await rename(join(folder, 'lyceum.sqlite'), target)
  await rm(folder, { recursive: true, force: true })
}

async function readContent(): Promise<Content> {
  const folder = join(import.meta.dirname, 'content')
  const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const names = (await readdir(join(folder, 'articles'))).filter((name) => name.endsWith('.md')).sort()
  const articles = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, 'articles', name), 'utf8')
      const [, head, body] = /^---\n(.*?)\n---\n+(.*)$/s.exec(text)!
      return { slug: name.slice(0, -3), details: parseYaml(head!) as ArticleDetails, body: body! }
    }),
  )
  return {
    community: await json('community.json'),
    members: await json('members.json'),
    threads: await json('threads.json'),
    notes: await json('notes.json'),
    event: await json('event.json'),
    articles,
  }
}

async function live(
  community: Community,
  content: Content,
  clock: { now: number },
  now: number,
): Promise<void> {
  const { services } = community
  const random = createRandom(20_260_504)
  const people = new Map<string, Member>()
  await describeCommunity(services, {
    name: `${content.community.name.zh} · ${content.community.name.en}`,
    about: `${content.community.about.zh}\n\n${content.community.about.en}`,
    language: 'zh',
  })
  for (const [index, person] of content.members.entries()) {
    const created = await createMember(services, {
      handle: person.handle,
      name: person.name,
      bio: person.bio,
      role: person.role,
      language: person.lang,
      email: `${person.handle}@ballast.example`,
      ...(index < 5 ? { password: demoPassword } : {}),
    })
    if (!created.ok) throw new Error(`${person.handle}: ${created.error.message}`)
    people.set(person.handle, { id: created.value.id, role: person.role })
    clock.now += 3 * hour
  }

  const send = async <N extends CommandName>(
    handle: string,
    name: N,
    input: CommandInput<N>,
  ): Promise<unknown> => {
    const envelope = { id: uuidv7(clock.now), name, input, at: clock.now }
    const result = await services.execute(people.get(handle)!, envelope)
    if (!result.ok)
      throw new Error(`${name} of ${handle}: ${result.code} ${result.field ?? ''} ${result.message}`)
    return result.data
  }

  clock.now = now - 45 * day
  await importEvent(community, content.event, now)

  /** Everything that happens, to be lived in order of time. */
  const acts: { at: number; act: () => Promise<unknown> }[] = []
  const articleIds = new Map(content.articles.map(({ slug }) => [slug, uuidv7(now)]))
  for (const { slug, body, details } of content.articles) {
    acts.push({
      at: now - details.daysAgo * day,
      act: async () => {
        const draftId = articleIds.get(slug)!
        const { title, description, tags, lang } = details
        const pictured = await storeImages(community, body)
        await send(details.author, 'articles.start_draft', { id: draftId, title, articleId: null })
        await community.edit(people.get(details.author)!, `draft/${draftId}`, (doc) => {
          doc.getText('body').insert(0, pictured)
        })
        const more = { title, description, tags, lang, opening: { to: 'public' as const } }
        const input = { draftId, ...more, body: pictured }
        const published = (await send(details.author, 'articles.publish', input)) as { id: string }
        articleIds.set(slug, published.id)
      },
    })
  }
  for (const thread of content.threads) acts.push(...threadActs(thread))

  function threadActs(thread: Thread): { at: number; act: () => Promise<unknown> }[] {
    const threadId = uuidv7(now)
    return thread.posts.flatMap((post, index) => {
      const postId = uuidv7(now)
      const at = now - post.hoursAgo * hour
      const write = async (): Promise<unknown> => {
        if (index > 0)
          return send(post.author, 'discussions.post', { threadId, postId, body: post.body, replyTo: null })
        const { title, kind, tags } = thread
        const subject = await subjectOf(thread)
        return send(post.author, 'discussions.open_thread', {
          threadId,
          postId,
          title,
          kind,
          tags,
          subject,
          body: post.body,
        })
      }
      const opener = thread.posts[0]!.author
      const accept = () => send(opener, 'discussions.accept', { threadId, postId })
      const reacting = Object.entries(post.reactions ?? {}).flatMap(([reaction, handles]) =>
        (handles ?? []).map((handle, order) => ({
          at: at + (order + 1) * 600_000,
          act: () =>
            send(handle, 'discussions.react', { threadId, postId, reaction: reaction as Reaction, on: true }),
        })),
      )
      return [{ at, act: write }, ...reacting, ...(post.accepted ? [{ at: at + hour, act: accept }] : [])]
    })
  }

  async function subjectOf(
    thread: Thread,
  ): Promise<{ kind: 'article' | 'session' | 'event'; id: string } | null> {
    const { kind, ref } = thread.subject
    if (kind === null || ref === null) return null
    if (kind === 'article') return { kind, id: articleIds.get(ref)! }
    const wanted = kind === 'event' ? 'events' : 'sessions'
    const rows = await services.read((reader) => reader.rows<{ slug?: string }>(wanted))
    const found = rows.find((row) => (kind === 'event' ? row.data.slug === ref : row.id.includes(ref)))
    if (!found) throw new Error(`no ${kind} for ${ref}`)
    return { kind, id: found.id }
  }

  const context: DemoContext = {
    now,
    community,
    send,
    member(handle) {
      const member = people.get(handle)
      if (!member) throw new Error(`nobody is called ${handle}`)
      return member
    },
    rows: <R>(table: string) => services.read((reader) => reader.rows<R>(table)),
  }
  for (const part of parts) acts.push(...part(context))

  acts.sort((a, b) => a.at - b.at)
  for (const { at, act } of acts) {
    clock.now = Math.min(at, now)
    await act()
  }

  clock.now = now - 2 * day
  for (const { session, parts } of content.notes) {
    const rows = await services.read((reader) => reader.rows('sessions'))
    const found = rows.find((row) => row.id.includes(session))
    if (!found) throw new Error(`no session for ${session}`)
    for (const part of parts) {
      await community.edit(people.get(part.author)!, `notes/${found.id}`, (doc) => {
        const text = doc.getText('body')
        text.insert(text.length, `${text.length > 0 ? '\n\n' : ''}${part.body}`)
      })
      clock.now += hour
      // A pause, in which the notes' versions are kept.
      await community.quiesce()
    }
  }

  clock.now = now - day
  const histories = content.members.map((person) => ({
    handle: person.handle,
    interests: person.interests,
    member: people.get(person.handle)!,
  }))
  await liveOn({ services, histories, random, send, reactions })
}

/** The demo's event lies ten days ahead; its file has it on the first days of 2000. */
async function importEvent(community: Community, content: Schedule, now: number): Promise<void> {
  const from = Date.UTC(2000, 0, 1)
  const to = Math.floor((now + 10 * day) / day) * day
  const moved = JSON.stringify(content).replace(/2000-01-0[12]/g, (date) =>
    new Date(Date.parse(date) - from + to).toISOString().slice(0, 10),
  )
  const path = join(tmpdir(), `lyceum-demo-${process.pid}.json`)
  await writeFile(path, moved)
  try {
    const report = await events.imports!.schedule!(community.services, path)
    if (report.skipped.length > 0) throw new Error(`${report.skipped[0]!.what}: ${report.skipped[0]!.why}`)
  } finally {
    await rm(path)
  }
}

async function storeImages(community: Community, body: string): Promise<string> {
  const folder = join(import.meta.dirname, 'content', 'articles')
  let text = body
  for (const [whole, path] of body.matchAll(/\]\((images\/[\w-]+\.png)\)/g)) {
    const hash = await community.services.storeFile(await readFile(join(folder, path!)), 'image/png', path!)
    text = text.replace(whole, `](/api/files/${hash})`)
  }
  return text
}
