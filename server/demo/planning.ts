/** The coming event's half-done plan, what members would like to happen next, and a poll about it. */
import { uuidv7 } from '#shared/core/ids.ts'
import type { EventRow } from '#shared/features/events.ts'
import { addItem, moveItem, setFields } from '#shared/features/plan-board.ts'
import type { TemplateId } from '#shared/features/plan-kinds.ts'
import { templates } from '#shared/features/plan-templates.ts'
import { type ProposalState, planRoom } from '#shared/features/planning.ts'
import type { DemoAct, DemoPart } from './part.ts'

const day = 86_400_000

interface Proposal {
  by: string
  ago: number
  title: string
  text: string
  template: TemplateId
  votes: string[]
  becomes?: { state: Exclude<ProposalState, 'open'>; reason?: string }
}

const proposals: Proposal[] = [
  {
    by: 'xiaoman',
    ago: 16,
    title: '把线上事故讲成故事：复盘写作工作坊',
    text: '带一次真实的事故来（可以脱敏），两小时写出一份别人愿意读完的复盘。\n周砚写过好几篇，也许愿意带？',
    template: 'workshop',
    votes: ['tobias', 'zhouyan', 'linqiao', 'chenmo', 'hanaw', 'jiangyu', 'suhang', 'noor', 'ravi'],
  },
  {
    by: 'tobias',
    ago: 14,
    title: 'Read the SQLite source together, one file a fortnight',
    text: 'Starting with pager.c. Nobody needs to know C well; everybody brings one question.',
    template: 'study',
    votes: ['xiaoman', 'davor', 'ilse', 'pieter', 'oskar', 'keiko', 'anton'],
  },
  {
    by: 'davor',
    ago: 9,
    title: 'Ask a release manager anything',
    text: 'Somebody who ships a database to people who cannot roll back. What do they check last?',
    template: 'ama',
    votes: ['maren', 'tobias', 'amara', 'wenqi'],
  },
  {
    by: 'jiangyu',
    ago: 5,
    title: '断网黑客松：48 小时只用本地数据',
    text: '进场交出 SIM 卡。做出来的东西必须在飞行模式下演示。',
    template: 'hackathon',
    votes: ['xiaoman', 'fangzhou', 'guxing'],
  },
  {
    by: 'zhouyan',
    ago: 30,
    title: '给 CRDT 祛魅：一个晚上讲清楚合并',
    text: '不讲格论，只讲三个会出错的例子。',
    template: 'meetup',
    votes: ['linqiao', 'maren', 'xiaoman', 'chenmo', 'ravi', 'yelan'],
    becomes: { state: 'planned' },
  },
  {
    by: 'oskar',
    ago: 25,
    title: 'A day of vendor demos',
    text: 'Five products, thirty minutes each.',
    template: 'conference',
    votes: [],
    becomes: {
      state: 'declined',
      reason: '讨论区更适合比较产品 · Comparing products works better in a thread.',
    },
  },
]

export const planning: DemoPart = ({ now, community, member, send, rows }) => {
  const acts: DemoAct[] = []
  const talked = uuidv7(now)
  for (const [index, { by, ago, title, text, template, votes, becomes }] of proposals.entries()) {
    const proposalId = index === 0 ? talked : uuidv7(now)
    const at = now - ago * day
    acts.push({ at, act: () => send(by, 'planning.propose', { proposalId, title, text, template }) })
    for (const [order, handle] of votes.entries()) {
      acts.push({
        at: at + (order + 1) * 2 * 3_600_000,
        act: () => send(handle, 'planning.vote', { proposalId, on: true }),
      })
    }
    if (becomes) {
      const { state, reason = '' } = becomes
      acts.push({
        at: at + 2 * day,
        act: () => send('maren', 'planning.decide', { proposalId, state, reason }),
      })
    }
  }
  acts.push({
    at: now - 15 * day,
    act: () =>
      send('zhouyan', 'discussions.open_thread', {
        threadId: uuidv7(now),
        postId: uuidv7(now),
        title: '我可以带，先问两件事',
        kind: 'talk',
        subject: { kind: 'proposal', id: talked },
        tags: [],
        body: '线上还是线下？另外，大家愿意互相看草稿吗？愿意的话我按小组来设计。',
      }),
  })
  const pollThread = uuidv7(now)
  const pollPost = uuidv7(now)
  acts.push({
    at: now - 3 * day,
    act: () =>
      send('maren', 'discussions.open_thread', {
        threadId: pollThread,
        postId: pollPost,
        title: '下一次线下聚会，哪天合适？ · Which evening suits you?',
        kind: 'talk',
        subject: null,
        tags: ['活动', 'meetups'],
        body: '冬天之前还想再聚一次，先看看大家的时间。\n\nOne more meetup before winter: tell us when you could come.',
        poll: {
          options: [
            '周四晚上 · Thursday evening',
            '周六下午 · Saturday afternoon',
            '周日上午 · Sunday morning',
          ],
          multiple: true,
          closesAt: now + 5 * day,
        },
      }),
  })
  const choices: [string, number[]][] = [
    ['zhouyan', [0, 1]],
    ['tobias', [1]],
    ['xiaoman', [0]],
    ['ilse', [1, 2]],
    ['chenmo', [0]],
    ['hanaw', [1]],
    ['suhang', [1, 2]],
    ['noor', [0, 1]],
  ]
  for (const [order, [handle, chosen]] of choices.entries()) {
    acts.push({
      at: now - 3 * day + (order + 1) * 3_600_000,
      act: () =>
        send(handle, 'discussions.vote', { threadId: pollThread, postId: pollPost, choices: chosen }),
    })
  }

  const ids: { event?: EventRow } = {}
  acts.push({
    at: now - 40 * day,
    async act() {
      // The conference: the meetups were made here, and have an opening.
      const event = (await rows<EventRow>('events')).find(({ data }) => !data.opening)
      ids.event = event!.data
      const choice = { template: 'conference', lang: 'zh', currency: 'CNY', proposalId: null } as const
      await send('maren', 'planning.start', { eventId: event!.id, ...choice })
      await community.services.transact((tx) =>
        tx.grant(member('davor').id, `event:${event!.id}:staff`, 'demo'),
      )
    },
  })
  const write = (by: string, ago: number, change: Parameters<typeof community.edit>[2]): void => {
    acts.push({
      at: now - ago * day,
      act: () => community.edit(member(by), planRoom(ids.event!.id), change),
    })
  }
  write('maren', 39, (doc) => {
    const people = {
      lead: 'linqiao',
      programme: 'maren',
      venue: 'davor',
      speakers: 'linqiao',
      av: 'davor',
      words: 'maren',
    }
    for (const [role, handle] of Object.entries(people))
      setFields(doc, 'roles', role, { [`p.${member(handle).id}`]: true })
  })
  write('linqiao', 20, (doc) => {
    for (const [i, task] of templates.conference.tasks.entries())
      if (task.days < -14) setFields(doc, 'tasks', `t${i + 1}`, { done: true })
    addItem(doc, 'tasks', 'wheel', { title: '借一个真的船舵放在门口', days: -4, role: 'venue', done: false })
  })
  write('davor', 6, (doc) => {
    const at = templates.conference.tasks.findIndex(({ days, role }) => days === -14 && role === 'venue')
    setFields(doc, 'tasks', `t${at + 1}`, { done: true })
    setFields(doc, 'budget', 'b1', { actual: 1_860_000 })
    setFields(doc, 'budget', 'b3', { actual: 934_050 })
    setFields(doc, 'budget', 'b7', { actual: 4_000_000 })
  })
  write('maren', 3, (doc) => {
    addItem(doc, 'run', 'r20', { title: '第二天：签到', minutes: 30, who: '签到', at: 1_410 })
    addItem(doc, 'run', 'r21', { title: '报告与工作坊', minutes: 180, who: '', at: null })
    addItem(doc, 'run', 'r22', { title: '午餐', minutes: 60, who: '', at: null })
    addItem(doc, 'run', 'r23', { title: '报告与工作坊', minutes: 160, who: '', at: null })
    addItem(doc, 'run', 'r24', { title: '闪电演讲与闭幕', minutes: 20, who: 'Maren', at: 1_830 })
    moveItem(doc, 'run', 'r8', 8)
    doc
      .getText('body')
      .insert(
        0,
        '## 还没定的事\n\n- 船坞的投影线只有一根，**带备用**。\n- Lunch on day two: ask who eats what by Thursday.\n- 摄影师要提前一小时到。\n\n场馆值班：梁老师，前台 3 号柜取钥匙。\n',
      )
  })
  return acts
}
