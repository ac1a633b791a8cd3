/**
 * A few weeks of keeping order: rules, an advertiser whose appeal was turned down, a remark that stayed, and what waits for
 * a moderator now (a newcomer's post with links, two reports, an appeal).
 */
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member } from '#shared/core/viewer.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import type { ReviewItemRow } from '#shared/features/moderation.ts'
import { defaultRules } from '#shared/features/moderation-rules.ts'
import { createMember } from '../features/accounts/index.ts'
import type { DemoPart } from './part.ts'

const hour = 3_600_000
const day = 24 * hour

export const moderation: DemoPart = ({ now, community, member, send, rows }) => {
  const joined = new Map<string, Member>()
  const posts = new Map<string, string>()

  async function join(handle: string, name: string, language: 'zh' | 'en'): Promise<void> {
    const email = `${handle}@ballast.example`
    const made = await createMember(community.services, { handle, name, email, role: 'member', language })
    if (!made.ok) throw new Error(made.error.message)
    joined.set(handle, made.value)
  }

  /** As somebody who has joined since. */
  async function say<N extends CommandName>(handle: string, name: N, input: CommandInput<N>): Promise<void> {
    const at = community.services.now()
    const result = await community.services.execute(joined.get(handle) ?? member(handle), {
      id: uuidv7(at),
      name,
      input,
      at,
    })
    if (!result.ok) throw new Error(`${handle} ${name}: ${result.message}`)
  }

  /** Into the thread of that title. */
  async function post(handle: string, title: string, body: string): Promise<void> {
    const thread = (await rows<{ title: string }>('threads')).find(({ data }) => data.title.includes(title))
    const postId = uuidv7(community.services.now())
    if (!thread) throw new Error(`no thread is called ${title}`)
    posts.set(handle, postId)
    await say(handle, 'discussions.post', { threadId: thread.id, postId, body, replyTo: null })
  }

  const target = (handle: string): string => `post:${posts.get(handle)}`
  const report = (
    by: string,
    of: string,
    reason: CommandInput<'moderation.report'>['reason'],
    note: string,
  ): Promise<unknown> => send(by, 'moderation.report', { target: target(of), reason, note })

  /** What waits about that target, or for that author. */
  async function item(of: string): Promise<ReviewItemRow> {
    const found = (await rows<ReviewItemRow>('review_items')).find(
      ({ data }) => data.target === target(of) || data.authorId === joined.get(of)?.id,
    )
    if (!found) throw new Error(`nothing waits about ${of}`)
    return found.data
  }

  const decide = async (
    by: string,
    of: string,
    act: CommandInput<'moderation.decide'>['act'],
    more: Partial<CommandInput<'moderation.decide'>> = {},
  ): Promise<unknown> => {
    const { id: itemId, version } = await item(of)
    const decisionId = uuidv7(community.services.now())
    const said = { itemId, version, act, decisionId, reason: 'other', note: '', ...more } as const
    return send(by, 'moderation.decide', said)
  }

  let hidden = ''
  return [
    {
      at: now - 30 * day,
      act: () =>
        send('maren', 'moderation.set_rules', {
          rules: {
            ...defaultRules,
            rules: [
              {
                id: uuidv7(now - 30 * day),
                name: '广告用语 · Advertising',
                on: true,
                act: 'hold',
                who: 'all',
                kind: 'words',
                words: ['代写', '刷单', '加微信', '包就业', 'guaranteed profit', 'casino'],
              },
              {
                id: uuidv7(now - 30 * day + 1),
                name: '联系方式 · Numbers to call',
                on: true,
                act: 'flag',
                who: 'new',
                kind: 'pattern',
                pattern: '(qq|vx|whatsapp)\\D{0,6}\\d{6,12}',
              },
              ...defaultRules.rules,
            ],
          },
        }),
    },
    {
      at: now - 12 * day,
      async act() {
        await join('quick-profit', 'Quick Profit', 'en')
        await post(
          'quick-profit',
          'Idempotency keys',
          'Never retry a payment again! My trading bot makes 4 % a day, ask me how. Only ten seats left.',
        )
      },
    },
    {
      at: now - 12 * day + hour,
      async act() {
        await report('xiaoman', 'quick-profit', 'spam', '')
        await report('tobias', 'quick-profit', 'spam', 'Has nothing to do with the thread.')
        await report('hanaw', 'quick-profit', 'spam', '')
      },
    },
    {
      at: now - 12 * day + 3 * hour,
      act: () =>
        decide('maren', 'quick-profit', 'delete', {
          reason: 'spam',
          note: 'This community is not a place for advertising.',
        }),
    },
    {
      at: now - 11 * day,
      async act() {
        const own = (await rows<{ memberId: string; act: string }>('decisions')).find(
          ({ data }) => data.memberId === joined.get('quick-profit')!.id && data.act === 'deleted',
        )
        await say('quick-profit', 'moderation.appeal', {
          decisionId: own!.id,
          text: 'It is a serious offer, everybody wins.',
        })
      },
    },
    {
      at: now - 10 * day,
      act: () => decide('linqiao', 'quick-profit', 'uphold', { note: 'Looked at again: it is advertising.' }),
    },
    {
      at: now - 6 * day,
      act: () =>
        post('duheng', '多实例部署', '说句难听的：锁的超时都没算过就先加重试，这不是容错，这是祈祷。'),
    },
    {
      at: now - 6 * day + 2 * hour,
      act: () => report('amara', 'duheng', 'abuse', 'A bit harsh?'),
    },
    {
      at: now - 6 * day + 5 * hour,
      act: () => decide('maren', 'duheng', 'keep', { note: '话重，但对事不对人。' }),
    },
    {
      at: now - 3 * day,
      act: () =>
        post('xiaoman', '多实例部署', '这个坑我在自己的小册里写过，前两章免费，搜“定时任务十二讲”就能找到。'),
    },
    {
      at: now - 3 * day + 4 * hour,
      async act() {
        hidden = uuidv7(community.services.now())
        await send('maren', 'moderation.take_down', {
          decisionId: hidden,
          target: target('xiaoman'),
          act: 'hide',
          reason: 'spam',
          note: '欢迎直接把办法写在帖子里，不要只留小册名。',
        })
      },
    },
    {
      at: now - 2 * day,
      act: () =>
        send('xiaoman', 'moderation.appeal', {
          decisionId: hidden,
          text: '我可以把那一节的要点补在帖子里，小册名只是出处。',
        }),
    },
    { at: now - 2 * day, act: () => join('newhere', '新来的小何', 'zh') },
    {
      at: now - 5 * hour,
      act: () =>
        post(
          'newhere',
          '大表工作坊',
          '我整理了两篇在线加字段的资料，不知道合不合适：\n\nhttps://notes.example/online-ddl\n\nhttps://notes.example/gh-ost-basics',
        ),
    },
    {
      at: now - 4 * hour,
      act: () =>
        post(
          'oskar',
          'A test that fails once',
          'Unpopular: just retry it three times and move on with life.',
        ),
    },
    {
      at: now - 3 * hour,
      act: () => report('brigid', 'oskar', 'wrong', 'This is how flaky suites are made.'),
    },
    { at: now - 2 * hour, act: () => report('yelan', 'oskar', 'off_topic', '') },
  ]
}
