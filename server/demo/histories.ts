/**
 * What the demo's members did beyond writing: reactions, plans and shared reads, drawn from their interests with a
 * fixed seed. Someone interested in databases mostly, not only, takes up what is tagged so, and popular things
 * attract everybody a little: enough structure for recommendations that make sense to a person.
 */
import type { Services } from '#server/core/services.ts'
import type { Member } from '#shared/core/viewer.ts'
import { postsOf, type Reaction, threadRoom } from '#shared/features/discussions.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'

/** mulberry32: small, seeded, good enough for plausible people. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Life {
  handle: string
  member: Member
  interests: string[]
}

export interface HistoryOptions {
  services: Services
  histories: readonly Life[]
  random: () => number
  reactions: readonly Reaction[]
  send<N extends CommandName>(handle: string, name: N, input: CommandInput<N>): Promise<unknown>
}

/** Words by which sessions, which have tracks and no tags, show what they are about. */
const trackInterests: Record<string, string[]> = {
  data: ['databases', 'distributed-systems', 'caching', 'migrations'],
  production: ['observability', 'operations', 'performance', 'reliability', 'on-call'],
  'local-first': ['local-first', 'crdt', 'frontend', 'distributed-systems'],
  people: ['teamwork', 'code-review', 'career', 'testing'],
}

export async function liveOn({
  services,
  histories,
  random,
  reactions,
  send,
}: HistoryOptions): Promise<void> {
  const rows = <R>(table: string) => services.read((reader) => reader.rows<R>(table))
  const articles = await rows<{ tags: string[] }>('articles')
  const threads = await rows<{ tags: string[] }>('threads')
  const sessions = await rows<{ track: string }>('sessions')
  // To the conference comes who likes; the meetups' lists were told in meetups.ts.
  const events = (await rows<{ opening?: object }>('events')).filter(({ data }) => !data.opening)

  const liking = (interests: readonly string[], tags: readonly string[], order: number): number => {
    const shared = tags.filter((tag) => interests.includes(tag)).length
    // Earlier things have had more time to become known.
    return (shared === 0 ? 0.05 : Math.min(0.85, 0.35 + 0.25 * shared)) * (1 - 0.02 * (order % 12))
  }
  const tagsOfTrack = (track: string): string[] =>
    Object.entries(trackInterests).find(([word]) => track.toLowerCase().includes(word))?.[1] ?? []

  const lives = histories.map(({ handle, interests }) => async (): Promise<void> => {
    for (const event of events)
      if (random() < 0.6) await send(handle, 'events.rsvp', { eventId: event.id, on: true })
    for (const [order, session] of sessions.entries()) {
      if (random() < liking(interests, tagsOfTrack(session.data.track), order) * 0.7) {
        await send(handle, 'events.save_session', { sessionId: session.id, on: true })
      }
    }
    for (const [order, thread] of threads.entries()) {
      if (random() >= liking(interests, thread.data.tags, order) * 0.8) continue
      const posts = await postIds(services, thread.id)
      const postId = posts[Math.floor(random() * posts.length)]
      const reaction = reactions[Math.floor(random() * 4)]!
      if (postId) await send(handle, 'discussions.react', { threadId: thread.id, postId, reaction, on: true })
    }
    if (random() < 0.6) {
      const read = articles.filter((article, order) => random() < liking(interests, article.data.tags, order))
      if (read.length === 0) return
      await send(handle, 'recommendations.set_sharing', { on: true })
      await send(handle, 'recommendations.share_reads', {
        items: read.map(({ id }) => ({ item: `article:${id}`, weight: 1 })),
      })
    }
  })
  // One after another: the draws of a seeded generator must not depend on who finishes first.
  for (const life of lives) await life()
}

async function postIds(services: Services, threadId: string): Promise<string[]> {
  const doc = await services.docOf(threadRoom(threadId))
  const inSight = postsOf(doc).filter((post) => post.deletedAt === null && post.hiddenAt === null)
  return inSight.map((post) => post.id).sort()
}
