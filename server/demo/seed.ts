/**
 * The demo community: `server/demo/content`, lived through. Every article, post, reaction and plan goes through the same
 * commands as a member's would, on a clock that runs from weeks ago to now, so the demo proves the product rather
 * than imitates it. It is made in a folder of its own and moved into place when it is whole.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member } from '#shared/core/viewer.ts'
import type { Reaction } from '#shared/features/discussions.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import { type Community, openCommunity } from '../app.ts'
import { openSqlite } from '../core/db.ts'
import type { Env, Log } from '../core/services.ts'
import { createMember, describeCommunity } from '../features/accounts/index.ts'
import { events } from '../features/events/index.ts'
import { settled, trainNow } from '../features/recommendations/index.ts'
import {
  type Content,
  contentFolder,
  type Person,
  readContent,
  type Schedule,
  type Thread,
} from './content.ts'
import { courses } from './courses.ts'
import { files } from './files.ts'
import { growth } from './growth.ts'
import { histories, type World } from './histories.ts'
import { meetups } from './meetups.ts'
import { memberships } from './memberships.ts'
import { moderation } from './moderation.ts'
import { notices } from './notices.ts'
import type { DemoAct, DemoContext, DemoPart } from './part.ts'
import { planning } from './planning.ts'
import { setup } from './setup.ts'

/** What features add, each in a file of its own. */
const parts: DemoPart[] = [setup, memberships, courses, files, meetups, growth, moderation, notices, planning]

export const demoPassword = 'ballast-demo'
const hour = 3_600_000
const day = 24 * hour

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
  const content = readContent()
  const now = Date.now()
  const clock = { now: now - 62 * day }
  const community = await openCommunity({
    database: openSqlite(join(folder, 'lyceum.sqlite')),
    env,
    log,
    now: () => clock.now,
  })
  try {
    // Its hours and nights go by in a moment: it is trained when there is something to learn, and once more at the end.
    await community.services.database.kysely
      .deleteFrom('job')
      .where('name', 'in', ['recommendations.refresh', 'recommendations.train'])
      .execute()
    await live(community, content, clock, now)
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

async function live(
  community: Community,
  content: Content,
  clock: { now: number },
  now: number,
): Promise<void> {
  const { services } = community
  const people = new Map<string, Member>()
  await describeCommunity(services, {
    name: `${content.community.name.zh} · ${content.community.name.en}`,
    about: `${content.community.about.zh}\n\n${content.community.about.en}`,
    language: 'zh',
  })

  async function join(person: Person, password?: string): Promise<void> {
    const created = await createMember(services, {
      handle: person.handle,
      name: person.name,
      bio: person.bio,
      role: person.role,
      language: person.lang,
      email: `${person.handle}@ballast.example`,
      ...(password ? { password } : {}),
    })
    if (!created.ok) throw new Error(`${person.handle}: ${created.error.message}`)
    people.set(person.handle, { id: created.value.id, role: person.role })
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

  /** Everything that happens, to be lived in order of time. */
  const acts: DemoAct[] = []
  const joinedAt = joining(content, now)
  for (const [index, person] of content.members.entries()) {
    const at = joinedAt.get(person.handle)!
    acts.push({ at, act: () => join(person, index < 5 ? demoPassword : undefined) })
  }
  acts.push({ at: now - 57 * day, act: () => importEvent(community, content.event, now) })

  const articleIds = new Map(content.articles.map(({ slug }) => [slug, uuidv7(now)]))
  for (const { slug, body, ...details } of content.articles) {
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
  const articleId = (slug: string): string => articleIds.get(slug)!
  const threads: World['threads'][number][] = []
  for (const thread of content.threads) {
    const lived = threadActs(context, thread, articleId)
    acts.push(...lived.acts)
    threads.push(lived.thread)
  }
  for (const part of parts) acts.push(...part(context))
  const world: World = {
    lives: content.members.map(({ handle, interests }) => ({
      handle,
      interests,
      joinedAt: joinedAt.get(handle)!,
    })),
    articles: content.articles.map(({ slug, tags, daysAgo }) => ({ slug, tags, at: now - daysAgo * day })),
    threads,
    sessions: content.event.schedule.conference.days.flatMap(({ rooms }) => Object.values(rooms).flat()),
    articleId,
  }
  acts.push(...histories(context, world))
  for (const daysAgo of [3, 2, 1]) acts.push({ at: now - daysAgo * day, act: () => trainNow(services) })

  acts.sort((a, b) => a.at - b.at)
  for (const { at, act } of acts) {
    clock.now = Math.min(at, now)
    await act()
  }

  clock.now = now - 2 * day
  for (const { session, parts } of content.notes) {
    const rows = await context.rows('sessions')
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
}

/** A hundred began together; the others came one by one, each before the first word that is known of them. */
function joining({ members, articles, threads }: Content, now: number): Map<string, number> {
  const founders = 100
  const first = new Map<string, number>()
  const seen = (handle: string, at: number): void => {
    first.set(handle, Math.min(first.get(handle) ?? now, at))
  }
  for (const { author, daysAgo } of articles) seen(author, now - daysAgo * day)
  for (const { poll, posts } of threads) {
    for (const { author, hoursAgo, reactions } of posts) {
      for (const handle of [author, ...Object.values(reactions).flat(), ...Object.keys(poll?.votes ?? {})])
        seen(handle, now - hoursAgo * hour)
    }
  }
  return new Map(
    members.map(({ handle }, index) => {
      if (index < founders) return [handle, now - 62 * day + index * hour]
      const later = now - 55 * day + ((index - founders) / (members.length - founders)) * 50 * day
      return [handle, Math.min(later, (first.get(handle) ?? now) - (1 + (index % 5)) * day)]
    }),
  )
}

/** A thread as it was written, answered, counted and accepted. */
function threadActs(
  { now, send, rows }: DemoContext,
  thread: Thread,
  articleId: (slug: string) => string,
): { acts: DemoAct[]; thread: World['threads'][number] } {
  const threadId = uuidv7(now)
  const { title, kind, tags } = thread
  const posts = thread.posts.map((post) => ({ ...post, id: uuidv7(now), at: now - post.hoursAgo * hour }))
  const opening = posts[0]!
  const { poll } = thread
  const asked = poll ? { poll: { options: poll.options, multiple: false, closesAt: null } } : {}

  async function open(): Promise<void> {
    const subject = await subjectOf()
    const first = { threadId, postId: opening.id, body: opening.body }
    await send(opening.author, 'discussions.open_thread', { ...first, title, kind, tags, subject, ...asked })
  }

  async function subjectOf(): Promise<{ kind: 'article' | 'session' | 'event'; id: string } | null> {
    if (thread.subject === null) return null
    const { kind, ref } = thread.subject
    if (kind === 'article') return { kind, id: articleId(ref) }
    const found = (await rows<{ slug?: string }>(kind === 'event' ? 'events' : 'sessions')).find((row) =>
      kind === 'event' ? row.data.slug === ref : row.id.includes(ref),
    )
    if (!found) throw new Error(`no ${kind} for ${ref}`)
    return { kind, id: found.id }
  }

  const acts: DemoAct[] = [{ at: opening.at, act: open }]
  for (const { id: postId, author, at, body, accepted, reactions } of posts) {
    if (postId !== opening.id) {
      const post = { threadId, postId, body, replyTo: null }
      acts.push({ at, act: () => send(author, 'discussions.post', post) })
    }
    for (const [reaction, handles] of Object.entries(reactions) as [Reaction, string[]][]) {
      for (const [order, handle] of handles.entries()) {
        const given = { threadId, postId, reaction, on: true }
        acts.push({ at: at + (order + 1) * 600_000, act: () => send(handle, 'discussions.react', given) })
      }
    }
    if (accepted) {
      const act = (): Promise<unknown> => send(opening.author, 'discussions.accept', { threadId, postId })
      acts.push({ at: at + hour, act })
    }
  }
  for (const [order, [handle, choices]] of Object.entries(poll?.votes ?? {}).entries()) {
    const vote = { threadId, postId: opening.id, choices }
    acts.push({
      at: opening.at + (order + 1) * 2 * hour,
      act: () => send(handle, 'discussions.vote', vote),
    })
  }
  return {
    acts,
    thread: { id: threadId, tags, posts: posts.map(({ id, at, author }) => ({ id, at, author })) },
  }
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
  const folder = join(contentFolder, 'articles')
  let text = body
  for (const [whole, path] of body.matchAll(/\]\((images\/[\w-]+\.png)\)/g)) {
    const hash = await community.services.storeFile(await readFile(join(folder, path!)), 'image/png', path!)
    text = text.replace(whole, `](/api/files/${hash})`)
  }
  return text
}
