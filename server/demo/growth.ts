/** A challenge that runs, with those who keep at it, and what moderators have featured. */

import { dayOf } from '#shared/core/day.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { DemoAct, DemoPart } from './part.ts'

const day = 86_400_000

/** Who takes part, and on how many of the last days they did not. */
const keepers: [handle: string, missed: number[], notes: string[]][] = [
  ['xiaoman', [], ['读完了 SQLite 的 WAL 文档', '给自己的小项目补了三个测试', '终于搞懂了 vector clock']],
  ['tobias', [3, 9], ['Deleted more code than I wrote', 'Profiled before guessing, for once']],
  ['zhouyan', [1, 2, 7], ['写完一篇复盘的初稿']],
  ['linqiao', [0, 4, 5, 6, 11], ['读了两页也算']],
]
const length = 14

export const growth: DemoPart = ({ now, send, rows }) => {
  const challengeId = uuidv7(now)
  const dayAt = (ago: number): number => Math.floor((now - ago * day) / day) * day + 12 * 3_600_000
  const acts: DemoAct[] = [
    {
      at: now - (length + 1) * day,
      act: () =>
        send('maren', 'growth.open_challenge', {
          challengeId,
          title: '21 天，每天读一页源码 · A page of source a day',
          text: '任何项目都行：读一页，写一句收获。\nAny project: read a page, and say in a line what you found.',
          from: dayOf(now - length * day),
          to: dayOf(now + 7 * day),
        }),
    },
  ]
  for (const [handle, missed, notes] of keepers) {
    for (let ago = length; ago >= 1; ago--) {
      if (missed.includes(ago)) continue
      const note = notes[ago % (notes.length * 2)] ?? ''
      acts.push({
        at: dayAt(ago),
        act: () => send(handle, 'growth.take_part', { challengeId, day: dayOf(dayAt(ago)), note }),
      })
    }
  }
  acts.push({
    at: now - 2 * day,
    async act() {
      const articles = (await rows<ArticleRow>('articles')).filter(({ data }) => data.authorId !== null)
      const threads = (await rows<ThreadRow>('threads'))
        .filter(({ data }) => data.acceptedPostId !== null)
        .sort((a, b) => b.data.posts - a.data.posts)
      const chosen = [
        [`article:${articles[0]!.id}`, '写得清楚，值得反复读 · Clear, and worth a second reading'],
        [`thread:${threads[0]!.id}`, '讨论质量很高 · A discussion as it should be'],
      ] as const
      for (const [subject, reason] of chosen)
        await send('maren', 'growth.honour', { subject, on: true, reason })
    },
  })
  return acts
}
