import { describe, expect, test } from 'vitest'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { usualWeights } from '#shared/features/recommendation-models.ts'
import { eventsAheadOf, scheduledOf } from './ahead.ts'
import { historyOf } from './history.ts'
import { newsOf } from './news.ts'
import { begunOf } from './reading.ts'
import { relatedItems } from './related-items.ts'
import { isOver, languageOf, type Shelf, type ShelfItem, shelfOf } from './shelf.ts'
import { topicsOf } from './topics.ts'

const now = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000

const article = (id: string, more: Partial<ArticleRow> = {}) => {
  const data = {
    id,
    slug: id,
    title: id,
    description: '',
    tags: [],
    authorId: null,
    authorName: 'Ada',
    publishedAt: 1,
    ...more,
  }
  return { id, data: data as unknown as ArticleRow, pending: false }
}
const thread = (id: string, more: Partial<ThreadRow> = {}) => {
  const data = {
    id,
    title: id,
    subject: '',
    tags: [],
    authorId: 'bob',
    authorName: 'Bob',
    createdAt: 1,
    lastPostAt: 1,
    lastPostBy: 'Bob',
    posts: 1,
    ...more,
  }
  return { id, data: data as unknown as ThreadRow, pending: false }
}
const event = (id: string, start: number, end: number) => {
  const data = {
    id,
    slug: id,
    title: id,
    description: '',
    tracks: ['Data'],
    timeZone: 'Europe/Berlin',
    place: '',
    start,
    end,
    going: 3,
  }
  return { id, data: data as unknown as EventRow, pending: false }
}
const session = (id: string, start: number, more: Partial<SessionRow> = {}) => {
  const data = {
    id,
    eventId: 'conf',
    title: id,
    subtitle: '',
    abstract: '',
    track: 'Data',
    room: 'Hall',
    persons: [],
    start,
    end: start + hour,
    ...more,
  }
  return { id, data: data as unknown as SessionRow, pending: false }
}
const shelf = (rows: Partial<Parameters<typeof shelfOf>[0]>): Shelf =>
  shelfOf({
    articles: [],
    threads: [],
    sessions: [],
    events: [],
    courses: [],
    lessons: [],
    texts: [],
    ...rows,
  })

describe('the shelf', () => {
  test('holds what can be opened: a session of which the event is not there yet is left out', () => {
    const known = shelf({
      sessions: [session('a', now), session('b', now, { eventId: 'gone' })],
      events: [event('conf', now, now)],
    })
    expect([...known.keys()]).toEqual(['session:a', 'event:conf'])
    expect(known.get('session:a')).toMatchObject({
      href: '/events/conf/a',
      tags: ['data'],
      zone: 'Europe/Berlin',
    })
  })

  test('of courses it holds those that are published, and the lessons that can be opened', () => {
    const course = (id: string, published: boolean) =>
      ({
        id,
        data: { id, slug: id, title: id, published, tags: ['sql'], publishedAt: 1 },
        pending: false,
      }) as never
    const lesson = (id: string, courseId: string) =>
      ({ id, data: { id, slug: id, title: id, courseId, tags: ['sql'] }, pending: false }) as never
    const known = shelf({
      courses: [course('k', true), course('draft', false)],
      lessons: [lesson('open', 'k'), lesson('closed', 'k'), lesson('early', 'draft')],
      texts: ['open', 'early'].map((id) => ({ id, data: {}, pending: false }) as never),
    })
    expect([...known.keys()]).toEqual(['course:k', 'lesson:open'])
    expect(known.get('course:k')!.locked).toBe(true)
    expect(known.get('lesson:open')).toMatchObject({ href: '/learn/k/open', subject: 'course:k' })
  })

  test('what is talked about counts for what the talk is under', () => {
    const known = shelf({
      articles: [article('x'), article('y')],
      threads: [
        thread('1', { subject: 'article:x', posts: 4 }),
        thread('2', { subject: 'article:x', posts: 2 }),
      ],
    })
    expect([known.get('article:x')!.count, known.get('article:y')!.count]).toEqual([6, 0])
    expect(known.get('thread:1')!.count).toBe(3)
  })

  test('of what takes place it says whether one can come, and whether there are seats', () => {
    const at = (id: string, more: Partial<EventRow>) => {
      const row = event(id, now, now + hour)
      return { ...row, data: { ...row.data, ...more } }
    }
    const opening = { to: 'tiers' as const, tiers: ['gold'] }
    const known = shelf({
      events: [
        at('open', { capacity: 4 }),
        at('full', { capacity: 4, offered: 1 }),
        at('queue', { capacity: 9, waiting: 1 }),
        at('gold', { opening }),
        at('mine', { opening }),
        at('off', { state: 'cancelled' }),
      ],
      sessions: [session('a', now, { eventId: 'off' }), session('b', now, { eventId: 'gold' })],
      doors: [{ id: 'mine', data: {}, pending: false } as never],
    })
    const those = (is: (item: ShelfItem) => boolean | undefined): string[] =>
      [...known.values()].filter(is).map(({ id }) => id)
    expect(those(({ full }) => full)).toEqual(['event:full', 'event:queue'])
    expect(those(({ locked }) => locked)).toEqual(['session:b', 'event:gold'])
    expect(those(({ off }) => off)).toEqual(['session:a', 'event:off'])
  })

  test('a title says its language, unless it has words of both', () => {
    const told = [
      '缓存里的墓碑',
      '没有 Linux 可以吗？',
      '备份演练夜 · Restore night',
      'Restore night',
      '2026',
    ]
    expect(told.map(languageOf)).toEqual(['zh', 'zh', '', 'en', ''])
    expect(languageOf('下一次线下聚会，哪天合适？ · Which evening suits you?')).toBe('')
  })

  test('what is over is what has ended; an article never is', () => {
    const known = shelf({
      articles: [article('x')],
      sessions: [session('a', now - hour), session('b', now - hour / 2)],
      events: [event('conf', now, now + hour)],
    })
    expect([...known.values()].filter((item) => isOver(item, now)).map(({ id }) => id)).toEqual(['session:a'])
  })
})

describe('history', () => {
  test('each item once, from the log, plans, own writing and other devices, capped', () => {
    const history = historyOf({
      seen: [{ item: 'article:x', weight: 40, times: 20, at: 5 }],
      plans: [{ kind: 'session', subjectId: 'a', eventId: 'conf', at: 7 }],
      enrolments: [{ courseId: 'k', enrolledAt: 4, done: { l: 6 }, completedAt: null }],
      reading: new Map([
        ['x', { at: 9, fraction: 1 }],
        ['y', { at: 9, fraction: 0.1, furthest: 0.8 }],
        ['z', { at: 9, fraction: 0.05 }],
      ]),
      own: [{ id: 'thread:t', at: 3 }],
    })
    expect(history).toEqual([
      { item: 'article:x', weight: 5, at: 5 },
      { item: 'article:y', weight: 0.8, at: 9 },
      { item: 'session:a', weight: 1.5, at: 7 },
      { item: 'course:k', weight: 2, at: 4 },
      { item: 'lesson:l', weight: 2, at: 6 },
      { item: 'thread:t', weight: 1.5, at: 3 },
    ])
  })

  test('acts weigh what the community says they do', () => {
    const acts = { ...usualWeights.acts, read: 2, rsvp: 0.5 }
    const history = historyOf(
      {
        seen: [{ item: 'article:x', weight: 1, times: 1, at: 5 }],
        plans: [{ kind: 'session', subjectId: 'a', eventId: 'conf', at: 7 }],
        enrolments: [],
        reading: new Map([['y', { at: 9, fraction: 1 }]]),
        own: [],
      },
      acts,
    )
    expect(history).toEqual([
      { item: 'article:x', weight: 2, at: 5 },
      { item: 'article:y', weight: 2, at: 9 },
      { item: 'session:a', weight: 0.5, at: 7 },
    ])
  })
})

describe('beginning again', () => {
  test('articles between a glance and their end, last touched first; those that are gone are not offered', () => {
    const known = shelf({ articles: [article('a'), article('b'), article('c'), article('d')] })
    const begun = begunOf(
      known,
      new Map([
        ['a', { at: 1, fraction: 0.5 }],
        ['b', { at: 2, fraction: 0.2, furthest: 0.4 }],
        ['c', { at: 3, fraction: 0.1, furthest: 1 }],
        ['d', { at: 4, fraction: 0.01 }],
        ['gone', { at: 5, fraction: 0.5 }],
      ]),
    )
    expect(begun.map(({ item }) => item.id)).toEqual(['article:b', 'article:a'])
  })
})

describe('what is next', () => {
  const known = shelf({
    sessions: [
      session('over', now - 2 * hour),
      session('running', now - hour / 2),
      session('later', now + hour),
      session('other', now),
    ],
    events: [
      event('conf', now - hour, now + hour),
      event('past', now - 9 * hour, now - 8 * hour),
      event('next', now + hour, now + 2 * hour),
    ],
  })

  test('planned sessions that have not ended, in time', () => {
    const plans = ['later', 'over', 'running'].map(
      (subjectId) => ({ kind: 'session', subjectId, eventId: 'conf', at: 1 }) as const,
    )
    expect(scheduledOf(known, plans, now).map(({ id }) => id)).toEqual(['session:running', 'session:later'])
  })

  test('events that have not ended, the next first', () => {
    expect(eventsAheadOf(known, now).map(({ id }) => id)).toEqual(['event:conf', 'event:next'])
  })
})

describe('news', () => {
  test('what others did since then, latest first; one’s own words are no news', () => {
    const news = newsOf(
      [
        article('old', { publishedAt: 5 }),
        article('new', { publishedAt: 20 }),
        article('mine', { publishedAt: 30, authorId: 'me' }),
      ].map(({ data }) => data),
      [
        thread('opened', { createdAt: 15, lastPostAt: 15 }),
        thread('goes-on', { createdAt: 1, lastPostAt: 25, posts: 3 }),
        thread('answered-by-me', { createdAt: 1, lastPostAt: 40, lastPostBy: 'Me' }),
      ].map(({ data }) => data),
      { id: 'me', name: 'Me' },
      10,
    )
    expect(news.map(({ id, goesOn }) => [id, goesOn])).toEqual([
      ['goes-on', true],
      ['new', false],
      ['opened', false],
    ])
  })
})

describe('topics', () => {
  test('those of the most items first; chosen ones stay although rare, unwanted ones go', () => {
    const known = shelf({
      articles: [
        article('a', { tags: ['sql', 'rust'] }),
        article('b', { tags: ['sql', 'css'] }),
        article('c', { tags: ['css', 'sql'] }),
      ],
    })
    expect(topicsOf(known, new Map(), 2)).toEqual(['sql', 'css'])
    expect(
      topicsOf(
        known,
        new Map([
          ['rust', 1],
          ['css', -1],
        ] as const),
        1,
      ),
    ).toEqual(['sql', 'rust'])
  })
})

describe('what goes with an item, without a model', () => {
  test('rare shared tags weigh more than common ones; nothing shared, nothing shown', () => {
    const known = shelf({
      articles: [
        article('here', { tags: ['sql', 'wal'] }),
        article('rare', { tags: ['wal'] }),
        ...['a', 'b', 'c'].map((id) => article(id, { tags: ['sql'] })),
        article('other', { tags: ['css'] }),
      ],
    })
    const related = relatedItems(undefined, known, 'article:here', now, 3).map(({ id }) => id)
    expect(related).toEqual(['article:rare', 'article:a', 'article:b'])
    expect(relatedItems(undefined, known, 'article:other', now, 3)).toEqual([])
  })

  test('its own discussions are not repeated', () => {
    const known = shelf({
      articles: [article('here', { tags: ['sql'] })],
      threads: [
        thread('under', { subject: 'article:here', tags: ['sql'] }),
        thread('free', { tags: ['sql'] }),
      ],
    })
    expect(relatedItems(undefined, known, 'article:here', now, 3).map(({ id }) => id)).toEqual([
      'thread:free',
    ])
  })

  test('what cannot be opened is there with a preview only', () => {
    const preview = { tags: ['sql'], preview: 'The beginning' }
    const articles = [
      article('here', { tags: ['sql'] }),
      article('sealed', { tags: ['sql'], preview: '' }),
      article('begun', preview),
    ]
    const known = shelf({ articles, isLocked: ({ id }) => id !== 'here' })
    expect(relatedItems(undefined, known, 'article:here', now, 3).map(({ id }) => id)).toEqual([
      'article:begun',
    ])
  })

  test('what a thread is about is not repeated under it', () => {
    const known = shelf({
      articles: [article('its', { tags: ['sql'] }), article('other', { tags: ['sql'] })],
      threads: [thread('here', { subject: 'article:its', tags: ['sql'] })],
    })
    expect(relatedItems(undefined, known, 'thread:here', now, 3).map(({ id }) => id)).toEqual([
      'article:other',
    ])
  })
})
