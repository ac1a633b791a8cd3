/** Two tiers, what some members have ordered and paid for them, and two articles that a tier opens. */
import { join } from 'node:path'
import { uuidv7 } from '#shared/core/ids.ts'
import type { OrderRow, Price } from '#shared/features/memberships.ts'
import { codesOf } from '../features/memberships/codes.ts'
import { type Article, contentFolder, readMarkdown } from './content.ts'
import type { DemoAct, DemoPart } from './part.ts'

const day = 86_400_000
const hour = 3_600_000

const free: Price = { id: 'free', amount: 0, currency: 'CNY', term: { kind: 'forever' } }
const month: Price = { id: 'month', amount: 3_000, currency: 'CNY', term: { kind: 'months', count: 1 } }
const year: Price = { id: 'year', amount: 28_800, currency: 'CNY', term: { kind: 'months', count: 12 } }

interface Bought {
  who: string
  daysAgo: number
  price: Price
  coupon?: string
  /** Days until an owner saw the money; absent: nobody has yet. */
  paidAfter?: number
  refund?: { after: number; reason: string }
}

const bought: Bought[] = [
  { who: 'chenmo', daysAgo: 34, price: month, paidAfter: 0.2 },
  { who: 'chenmo', daysAgo: 6, price: month, paidAfter: 0.5 },
  { who: 'hanaw', daysAgo: 29, price: year, coupon: 'SPRING20', paidAfter: 1 },
  { who: 'yelan', daysAgo: 21, price: year, paidAfter: 0.3 },
  {
    who: 'amara',
    daysAgo: 15,
    price: month,
    paidAfter: 0.1,
    refund: { after: 3, reason: 'Paid twice by mistake' },
  },
  { who: 'pieter', daysAgo: 12, price: month, paidAfter: 0.4 },
  { who: 'wenqi', daysAgo: 8, price: year, coupon: 'SPRING20', paidAfter: 0.6 },
  { who: 'suhang', daysAgo: 1.2, price: month },
  { who: 'noor', daysAgo: 0.3, price: year },
]
const joined = ['xiaoman', 'tobias', 'jiangyu', 'oskar', 'ravi', 'brigid', 'matteo', 'qinyue']

export const memberships: DemoPart = (context) => {
  const { now, send, rows } = context
  const [freeId, supporterId, batchId] = [uuidv7(now), uuidv7(now), uuidv7(now)]
  const order = (id: string, tierId: string, price: Price, coupon: string | null = null) => ({
    id,
    subject: `tier:${tierId}`,
    priceId: price.id,
    coupon,
    amount: price.amount,
    currency: price.currency,
    provider: 'manual' as const,
  })
  const acts: DemoAct[] = [
    { at: now - 39 * day, act: () => shop() },
    { at: now - 9 * day, act: () => soldArticle('capacity-worksheet.md') },
    { at: now - 5.5 * day, act: () => soldArticle('review-we-kept.md') },
    { at: now - 4 * day, act: () => redeemOne() },
  ]

  async function shop(): Promise<void> {
    await send('linqiao', 'memberships.describe_payment', {
      currency: 'CNY',
      instructions: {
        zh: '请扫码付款，或转账至：\n压舱石技术社区 · 示例银行 6200 0000 0000 0000\n一个工作日内确认到账。',
        en: 'Scan the code, or send the money to:\nBallast community · Example Bank 6200 0000 0000 0000\nWe confirm it within one working day.',
      },
      code: 'https://pay.ballast.example/collect',
    })
    await send('linqiao', 'memberships.save_tier', {
      id: freeId,
      name: { zh: '同路人', en: 'Companion' },
      benefits: {
        zh: '参加讨论、活动与共享笔记\n阅读全部公开文章',
        en: 'Discussions, events and shared notes\nAll public articles',
      },
      prices: [free],
    })
    await send('linqiao', 'memberships.save_tier', {
      id: supporterId,
      name: { zh: '支持者', en: 'Supporter' },
      benefits: {
        zh: '深度文章：事故复盘、评估底稿、完整代码\n离线阅读，手机与电脑同步\n养活这个社区',
        en: 'The long ones: incident reviews, worksheets, whole code\nReads offline, on all your devices\nKeeps this community alive',
      },
      prices: [month, year],
    })
    await send('linqiao', 'memberships.save_coupon', {
      id: uuidv7(now),
      code: 'SPRING20',
      percent: 20,
      off: null,
      currency: 'CNY',
      limit: 50,
      perMember: 1,
      until: now + 30 * day,
      subjects: [`tier:${supporterId}`],
    })
    await send('linqiao', 'memberships.make_codes', {
      id: batchId,
      note: '春季沙龙 · Spring meetup',
      subject: `tier:${supporterId}`,
      term: { kind: 'days', count: 30 },
      count: 20,
      uses: 1,
      expiresAt: now + 60 * day,
    })
  }

  /** Written by their authors, read by supporters; one of them is sold by itself, too. */
  async function soldArticle(name: string): Promise<void> {
    const { head, body } = readMarkdown<Omit<Article, 'slug' | 'body' | 'daysAgo'>>(
      join(contentFolder, 'sold', name),
    )
    const { author, title, description, tags, lang } = head
    const id = uuidv7(now)
    await send(author, 'articles.start_draft', { id, title, articleId: null })
    await context.community.edit(context.member(author), `draft/${id}`, (doc) => {
      doc.getText('body').insert(0, body)
    })
    const opening = { to: 'tiers' as const, tiers: [supporterId] }
    const more = { title, description, tags, lang, opening, body }
    const published = (await send(author, 'articles.publish', { draftId: id, ...more })) as { id: string }
    if (lang === 'zh') {
      await send('linqiao', 'memberships.set_price', {
        item: `item:article:${published.id}`,
        amount: 900,
        currency: 'CNY',
      })
    }
  }

  async function redeemOne(): Promise<void> {
    const [first] = await context.community.services.read((reader) => codesOf(reader, batchId))
    await send('jiangyu', 'memberships.redeem', { id: uuidv7(now), code: first!.code })
  }

  for (const { who, daysAgo, price, coupon, paidAfter, refund } of bought) {
    const id = uuidv7(now - daysAgo * day)
    const at = now - daysAgo * day
    acts.push({ at, act: () => send(who, 'memberships.order', order(id, supporterId, price, coupon)) })
    if (paidAfter === undefined) continue
    const paid = at + paidAfter * day
    acts.push({
      at: paid,
      act: () => send('linqiao', 'memberships.mark_paid', { orderId: id, note: '' }),
    })
    if (!refund) continue
    acts.push({
      at: paid + refund.after * day,
      async act() {
        const found = (await rows<OrderRow>('orders')).find((row) => row.id === id)!
        await send('linqiao', 'memberships.refund', {
          id: uuidv7(now),
          orderId: id,
          amount: found.data.total,
          reason: refund.reason,
          end: false,
        })
      },
    })
  }
  for (const [index, who] of joined.entries()) {
    acts.push({
      at: now - 37 * day + index * 5 * hour,
      act: () => send(who, 'memberships.order', order(uuidv7(now - index), freeId, free)),
    })
  }
  return acts
}
