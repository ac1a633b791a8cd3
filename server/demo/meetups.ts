/** A meetup that is full, with people who wait, and one that was: who came, and what they said. */
import { uuidv7 } from '#shared/core/ids.ts'
import { type SeatRow, ticketHash } from '#shared/features/event-seats.ts'
import type { CommandInput } from '#shared/features/index.ts'
import type { DemoAct, DemoContext, DemoPart } from './part.ts'

const hour = 3_600_000
const day = 24 * hour

type Made = Omit<CommandInput<'events.create'>, 'eventId'>

const common = {
  timeZone: 'Asia/Shanghai',
  online: false,
  link: null,
  url: null,
  opening: { to: 'members' as const },
  offerHours: 12,
  priorityTiers: [],
}

/** Seven in the evening in Shanghai, so many days from now. */
const evening = (now: number, days: number): number => Math.floor((now + days * day) / day) * day + 11 * hour

/** In the order in which they ask; the last ones wait. */
const wanting = [
  ...['tobias', 'chenmo', 'zhouyan', 'jiangyu', 'hanaw', 'suhang', 'yelan', 'fangzhou', 'guxing', 'wenqi'],
  ...['ravi', 'shenyi', 'luoran', 'brigid', 'hewei', 'qinyue', 'duheng', 'mingtao', 'baiyang', 'tangli'],
  ...['lujia', 'xiaoman', 'xieyun', 'gaofeng', 'panxi'],
]
const diets = ['都可以 · Anything', '素食 · Vegetarian', '清真 · Halal']
const hopes = ['怎么在不停机的情况下迁移大表', 'How others test their backups', '', '想听听踩过的坑', '']

function meetup(now: number): Made {
  const start = evening(now, 6)
  return {
    ...common,
    title: '数据库之夜：没有停机窗口的迁移',
    description:
      '三个短分享，然后围桌聊：各自最怕的一次迁移是怎么过来的。\n\nThree short talks, then a round table on the migrations we feared most. Talks are in Chinese, slides in English.',
    start,
    end: start + 2.5 * hour,
    place: '上海 · 静安 · 压舱石书屋二楼',
    capacity: 20,
    questions: [
      { id: 'diet', text: '晚餐偏好 · Food', kind: 'choice', options: diets, required: true },
      {
        id: 'hope',
        text: '想聊的话题 · What would you like to talk about?',
        kind: 'text',
        options: [],
        required: false,
      },
    ],
  }
}

const guests = [
  'tobias',
  'xiaoman',
  'zhouyan',
  'chenmo',
  'yelan',
  'suhang',
  'wenqi',
  'hewei',
  'noor',
  'lucia',
]
const absent = ['noor', 'hewei']
const said: [handle: string, rating: number, text: string, anonymous: boolean][] = [
  ['tobias', 5, 'The walkthrough of the failed restore was worth the trip.', false],
  ['chenmo', 4, '内容很扎实，提问时间再长一点就好了。', true],
  ['yelan', 5, '第一次参加，氛围很好。', false],
  ['suhang', 3, '后排听不太清。', true],
  ['zhouyan', 4, '', true],
  ['lucia', 5, 'More evenings like this, please.', true],
]

export const meetups: DemoPart = (context) => {
  const { now, send } = context
  const [nextId, pastId] = [uuidv7(now), uuidv7(now)]
  const past: Made = {
    ...common,
    title: '备份演练夜 · Restore night',
    description: '带上你的备份，一起试着恢复它。\n\nBring a backup, and try to restore it in company.',
    start: evening(now, -5),
    end: evening(now, -5) + 2 * hour,
    place: '上海 · 静安 · 压舱石书屋二楼',
    capacity: 12,
    questions: [],
  }
  const acts: DemoAct[] = [
    { at: now - 20 * day, act: () => send('maren', 'events.create', { eventId: pastId, ...past }) },
    { at: now - 9 * day, act: () => send('maren', 'events.create', { eventId: nextId, ...meetup(now) }) },
    {
      at: now - 8.9 * day,
      act: () =>
        send('maren', 'events.set_staff', {
          eventId: nextId,
          memberId: context.member('zhouyan').id,
          on: true,
        }),
    },
  ]
  for (const [i, handle] of guests.entries())
    acts.push({
      at: now - (19 - i) * day,
      act: () => send(handle, 'events.rsvp', { eventId: pastId, on: true }),
    })
  for (const [i, handle] of guests.filter((one) => !absent.includes(one)).entries())
    acts.push({ at: past.start + i * 120_000, act: () => checkIn(context, pastId, handle) })
  acts.push({
    at: past.start + 20 * 60_000,
    act: () => send('maren', 'events.walk_in', { eventId: pastId, scanId: uuidv7(now), name: '书屋的邻居' }),
  })
  for (const [i, [handle, rating, text, anonymous]] of said.entries())
    acts.push({
      at: past.end + (i + 1) * hour,
      act: () => send(handle, 'events.give_feedback', { eventId: pastId, rating, text, anonymous }),
    })
  for (const [i, handle] of wanting.entries()) {
    const answers = { diet: diets[i % 7 === 3 ? 1 : 0]!, hope: hopes[i % hopes.length]! }
    acts.push({
      at: now - 8 * day + i * 5 * hour,
      act: () => send(handle, 'events.rsvp', { eventId: nextId, on: true, answers }),
    })
  }
  // A seat gets free: it is kept for whoever is next.
  acts.push({
    at: now - 2 * hour,
    act: () => send('mingtao', 'events.rsvp', { eventId: nextId, on: false }),
  })
  return acts
}

/** By their ticket, as a phone at the door would. */
async function checkIn(
  { member, rows, send }: DemoContext,
  eventId: string,
  handle: string,
): Promise<unknown> {
  const seats = await rows<SeatRow>('seats')
  const own = seats.find(({ id }) => id === `${member(handle).id}:${eventId}`)
  const ticket = await ticketHash(eventId, own?.data.code ?? '')
  return send('maren', 'events.check_in', { eventId, scanId: uuidv7(), ticket })
}
