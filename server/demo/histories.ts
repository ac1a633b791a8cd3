/**
 * What members have done over the weeks: reactions, plans, reads. Interests pull: who is interested in databases mostly, not
 * only, takes up what is tagged so, popular things attract everybody a little, and each thing is found while it is fairly new
 * or when one has just joined: enough structure, over enough days, for recommendations that make sense to a person.
 */
import { type Reaction, reactions } from '#shared/features/discussions.ts'
import type { DemoAct, DemoContext } from './part.ts'

const hour = 3_600_000
const day = 24 * hour

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

export interface Life {
  handle: string
  interests: readonly string[]
  joinedAt: number
}

/** What there is to be taken up, in an order that is the same each time. */
export interface World {
  lives: readonly Life[]
  articles: readonly { slug: string; tags: readonly string[]; at: number }[]
  threads: readonly {
    id: string
    tags: readonly string[]
    posts: { id: string; at: number; author: string }[]
  }[]
  sessions: readonly { guid: string; track: string }[]
  articleId(slug: string): string
}

/** Words by which sessions, which have tracks and no tags, show what they are about. */
const trackInterests: Record<string, string[]> = {
  data: ['databases', 'caching', 'migrations', 'performance'],
  production: ['observability', 'reliability', 'debugging', 'performance'],
  'local-first': ['local-first', 'typescript', 'distributed-systems'],
  people: ['teamwork', 'writing', 'teaching', 'community', 'testing'],
}

export function histories(context: DemoContext, world: World): DemoAct[] {
  const { now, send, rows } = context
  const random = createRandom(20_260_504)
  const acts: DemoAct[] = []
  const add = (at: number, act: DemoAct['act']): void => {
    acts.push({ at: Math.min(at, now - hour), act })
  }

  let known: Promise<{ event: string; sessions: string[] }> | undefined
  const conference = async (): Promise<{ event: string; sessions: string[] }> => {
    // To the conference comes who likes; the meetups' lists are told in meetups.ts, and have an opening.
    const event = (await rows<{ opening?: object }>('events')).find(({ data }) => !data.opening)!
    return { event: event.id, sessions: (await rows('sessions')).map(({ id }) => id) }
  }
  const programme = (): ReturnType<typeof conference> => {
    known ??= conference()
    return known
  }

  /** Found within days, sooner more often than later; by newcomers in their first weeks. */
  const found = (at: number, { joinedAt }: Life): number =>
    at >= joinedAt ? at + random() ** 2 * 12 * day : joinedAt + random() * Math.min(21 * day, now - joinedAt)

  for (const [order, life] of world.lives.entries()) {
    const { handle, interests, joinedAt } = life
    // Half of a community is quiet.
    const activity = order < 100 ? 0.75 : 0.2 + random() * 0.4
    const liking = (tags: readonly string[]): number => {
      const shared = tags.filter((tag) => interests.includes(tag)).length
      return (shared === 0 ? 0.03 : Math.min(0.9, 0.4 + 0.25 * shared)) * activity
    }

    if (random() < 0.6 * activity) {
      const at = Math.max(joinedAt, now - 50 * day) + random() * 20 * day
      add(at, async () => send(handle, 'events.rsvp', { eventId: (await programme()).event, on: true }))
    }
    for (const { guid, track } of world.sessions) {
      const words = Object.entries(trackInterests).find(([word]) => track.toLowerCase().includes(word))
      if (random() >= liking(words?.[1] ?? []) * 0.3) continue
      const at = Math.max(joinedAt, now - 30 * day) + random() * 28 * day
      add(at, async () => {
        const sessionId = (await programme()).sessions.find((id) => id.includes(guid))!
        return send(handle, 'events.save_session', { sessionId, on: true })
      })
    }

    for (const thread of world.threads) {
      if (random() >= liking(thread.tags) * 0.45) continue
      const post = thread.posts[Math.floor(random() ** 1.5 * thread.posts.length)]!
      const reaction: Reaction = reactions[Math.floor(random() ** 2 * 5)]!
      if (post.author === handle) continue
      const change = { threadId: thread.id, postId: post.id, reaction, on: true }
      add(found(post.at, life) + hour, () => send(handle, 'discussions.react', change))
    }

    if (random() < 0.6) reads(life, liking)
  }
  return acts

  function reads(life: Life, liking: (tags: readonly string[]) => number): void {
    const { handle, joinedAt } = life
    const weeks = new Map<number, string[]>()
    for (const { slug, tags, at } of world.articles) {
      if (random() >= liking(tags)) continue
      const week = Math.ceil((Math.min(found(at, life), now - 2 * hour) - now) / (7 * day))
      weeks.set(week, [...(weeks.get(week) ?? []), slug])
    }
    if (weeks.size === 0) return
    const first = Math.min(...weeks.keys())
    add(Math.max(joinedAt + hour, now + (first - 1) * 7 * day), () =>
      send(handle, 'recommendations.set_sharing', { on: true }),
    )
    for (const [week, slugs] of weeks) {
      add(Math.max(now + week * 7 * day - hour, joinedAt + 2 * hour), () =>
        send(handle, 'recommendations.share_reads', {
          items: slugs.map((slug) => ({ item: `article:${world.articleId(slug)}`, weight: 1 })),
        }),
      )
    }
  }
}
