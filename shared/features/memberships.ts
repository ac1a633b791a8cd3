/**
 * Memberships: tiers and single purchases, what was ordered and paid for them, and what somebody may open because of it.
 * Money is rows that only the server writes, from a ledger that is only ever appended to. What is sold is named by the
 * audience that it opens: `tier:<id>`, `item:article:<id>`.
 */
import * as v from 'valibot'
import { command, defineContract, fact, nothing, query, row } from '../core/contract.ts'
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import { holds, isMember, type Viewer } from '../core/viewer.ts'
import { type Term, term } from './membership-terms.ts'

/** In both languages; one of them may be empty. */
export interface Both {
  zh: string
  en: string
}

export interface Price {
  id: string
  /** In the currency's smallest unit; 0: free. */
  amount: number
  currency: string
  term: Term
}

/** Higher ranks open all that lower ones do. */
export interface TierRow {
  rank: number
  name: Both
  /** One benefit a line. */
  benefits: Both
  prices: Price[]
  /** 1: sold no more. Whoever has it keeps it. */
  archived: 0 | 1
}

/** A single item's price, for good; the row is named by its audience, `item:article:<id>`. */
export interface PriceRow {
  amount: number
  currency: string
}

export const providers = ['manual', 'stripe'] as const
export type Provider = (typeof providers)[number]

/** How one pays here; the only row is `ways`. */
export interface WaysRow {
  currency: string
  /** What a buyer is told to do where an owner looks for the money. */
  instructions: Both
  /** Text of a payment code (`wxp://…`), drawn as one; empty: none. */
  code: string
  /** Providers that are on, the first one offered first. */
  providers: Provider[]
}

export const waysId = 'ways'

export const orderStates = ['open', 'paid', 'part_refunded', 'refunded', 'disputed', 'cancelled'] as const
export type OrderState = (typeof orderStates)[number]

export interface OrderRow {
  number: string
  memberId: string
  /** The audience that it opens. */
  subject: string
  title: Both
  term: Term
  /** The list price; what the coupon took off; what is to be paid. */
  amount: number
  discount: number
  total: number
  currency: string
  coupon: string | null
  /** `none`: there was nothing to pay. */
  provider: Provider | 'none'
  state: OrderState
  at: number
  payments: { at: number; amount: number; by: Provider | 'none'; note: string }[]
  refunds: { at: number; amount: number; reason: string }[]
  /** Of an order that a provider renews by itself. */
  renewal: 'active' | 'failing' | 'ending' | 'ended' | null
  /** A refund that the provider has been asked for and has not told of yet. */
  refunding: 0 | 1
}

/** Why somebody has, or had, something: told from the ledger, first cause first. */
export interface Because {
  what:
    | 'order'
    | 'payment'
    | 'code'
    | 'gift'
    | 'extended'
    | 'refund'
    | 'freeze'
    | 'restore'
    | 'converted'
    | 'ended'
    | 'expired'
  at: number
  /** Order number, name of a batch, reason. */
  note: string
  amount?: number
  currency?: string
}

export interface EntitlementRow {
  memberId: string
  subject: string
  title: Both
  /** `order:<id>`, `code:<id>`, `admin:<id>` */
  source: string
  from: number
  /** `null`: for good. */
  until: number | null
  state: 'granted' | 'frozen' | 'ended'
  because: Because[]
}

export interface CouponRow {
  /** As buyers type it, in capitals. */
  code: string
  percent: number | null
  off: number | null
  currency: string
  /** How often it can be used in all, and how often it has been. */
  limit: number | null
  used: number
  perMember: number
  until: number | null
  /** Audiences of what it is for; empty: everything. */
  subjects: string[]
  /** 1: ended. */
  ended: 0 | 1
  at: number
}

export interface BatchRow {
  note: string
  subject: string
  title: Both
  term: Term
  count: number
  /** Of each code. */
  uses: number
  redeemed: number
  expiresAt: number | null
  ended: 0 | 1
  at: number
}

export interface Quote {
  amount: number
  discount: number
  total: number
  currency: string
}

export interface RevenueLine {
  /** `2026-05`, in UTC. */
  month: string
  subject: string
  title: Both
  currency: string
  paid: number
  refunded: number
  orders: number
}

const text = (most: number) => v.pipe(v.string(), v.trim(), v.maxLength(most))
const both = (most: number) => v.strictObject({ zh: text(most), en: text(most) })
const named = v.pipe(
  both(60),
  v.check((name) => name.zh !== '' || name.en !== '', 'a name in one of the languages'),
)
const id = v.pipe(v.string(), v.uuid())
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const amount = whole(0, 100_000_000)
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))
const subject = v.pipe(v.string(), v.maxLength(100), v.regex(/^(tier:[\w-]+|item:[a-z]+:[\w.:-]+)$/))
const moment = v.pipe(v.number(), v.integer(), v.minValue(0))
const reason = v.pipe(text(500), v.minLength(1))
const typedCode = v.pipe(v.string(), v.maxLength(40), v.transform(plainCode), v.minLength(3))

/** What somebody typed or read aloud, as codes are kept: capitals and digits. */
export function plainCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
}

export const memberships = defineContract({
  name: 'memberships',
  commands: {
    order: command(
      v.strictObject({
        id,
        subject,
        /** Of a tier. */
        priceId: v.nullable(v.pipe(v.string(), v.maxLength(60))),
        coupon: v.nullable(typedCode),
        /** The list price that the buyer saw: they are never bound to another. */
        amount,
        currency,
        provider: v.picklist(providers),
      }),
      (input) => `order:${input.id}`,
    ),
    cancel_order: command(v.strictObject({ id }), (input) => `order:${input.id}`),
    /** Of an order that renews itself: what is paid stays to its end. */
    stop_renewal: command(v.strictObject({ id }), (input) => `order:${input.id}`),
    redeem: command(v.strictObject({ id, code: typedCode }), () => 'redeem'),

    save_tier: command(
      v.strictObject({
        id,
        name: named,
        benefits: both(2_000),
        prices: v.pipe(
          v.array(
            v.strictObject({
              id: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
              amount,
              currency,
              term,
            }),
          ),
          v.minLength(1),
          v.maxLength(6),
        ),
      }),
      () => 'tiers',
    ),
    archive_tier: command(v.strictObject({ id, archived: v.boolean() }), () => 'tiers'),
    /** Lowest first. */
    rank_tiers: command(v.strictObject({ ids: v.pipe(v.array(id), v.maxLength(50)) }), () => 'tiers'),
    /** `amount` null: not sold by itself any more. */
    set_price: command(
      v.strictObject({ item: subject, amount: v.nullable(whole(1, 100_000_000)), currency }),
      (input) => input.item,
    ),
    describe_payment: command(
      v.strictObject({ currency, instructions: both(2_000), code: text(500) }),
      () => 'ways',
    ),

    mark_paid: command(v.strictObject({ orderId: id, note: text(200) }), (input) => `order:${input.orderId}`),
    refund: command(
      v.strictObject({
        id,
        orderId: id,
        amount: whole(1, 100_000_000),
        reason,
        /** A partial refund leaves access as it is, unless told. */
        end: v.boolean(),
      }),
      (input) => `order:${input.orderId}`,
    ),
    give: command(
      v.strictObject({ id, memberId: v.pipe(v.string(), v.maxLength(60)), subject, term, reason }),
      (input) => `member:${input.memberId}`,
    ),
    end: command(v.strictObject({ id, reason }), (input) => `entitlement:${input.id}`),

    make_codes: command(
      v.strictObject({
        id,
        note: v.pipe(text(100), v.minLength(1)),
        subject,
        term,
        count: whole(1, 1_000),
        uses: whole(1, 10_000),
        expiresAt: v.nullable(moment),
      }),
      () => 'codes',
    ),
    end_codes: command(v.strictObject({ id }), () => 'codes'),
    save_coupon: command(
      v.pipe(
        v.strictObject({
          id,
          code: typedCode,
          percent: v.nullable(whole(1, 100)),
          off: v.nullable(whole(1, 100_000_000)),
          currency,
          limit: v.nullable(whole(1, 1_000_000)),
          perMember: whole(1, 1_000),
          until: v.nullable(moment),
          subjects: v.pipe(v.array(subject), v.maxLength(50)),
        }),
        v.check((coupon) => (coupon.percent === null) !== (coupon.off === null), 'percent or amount'),
      ),
      () => 'coupons',
    ),
    end_coupon: command(v.strictObject({ id }), () => 'coupons'),
  },
  rows: {
    tiers: row<TierRow>('rank'),
    prices: row<PriceRow>(),
    payment_ways: row<WaysRow>(),
    orders: row<OrderRow>('at', 'memberId', 'subject', 'state'),
    entitlements: row<EntitlementRow>('memberId', 'subject', 'from'),
    coupons: row<CouponRow>('at'),
    code_batches: row<BatchRow>('at'),
  },
  documents: {},
  queries: {
    /** What it would cost with a coupon; `null`: the coupon does not work for it. */
    quote: query<ReturnType<typeof quoteInput>, { quote: Quote } | { quote: null; reason: string }>(
      quoteInput(),
    ),
    /** Where an order is paid by a provider that asks for the money itself. */
    checkout: query<ReturnType<typeof orderInput>, { url: string | null; reason: string | null }>(
      orderInput(),
    ),
    codes: query<ReturnType<typeof batchInput>, { code: string; left: number }[]>(batchInput()),
    revenue: query<typeof nothing, RevenueLine[]>(nothing),
    /** The ledger as a table with a head, for bookkeeping. */
    ledger: query<typeof nothing, { csv: string }>(nothing),
  },
  facts: {
    ordered: fact<{ orderId: string; memberId: string; subject: string; provider: Provider }>(),
    paid: fact<{ orderId: string; memberId: string; subject: string; amount: number; currency: string }>(),
    payment_failed: fact<{ orderId: string; memberId: string; subject: string }>(),
    refunded: fact<{
      orderId: string
      memberId: string
      subject: string
      amount: number
      currency: string
      full: boolean
    }>(),
    granted: fact<{ memberId: string; audience: string; source: string; until: number | null }>(),
    ended: fact<{ memberId: string; audience: string; source: string }>(),
    /** Told once, some days before something ends that will not be renewed by itself. */
    ending: fact<{ memberId: string; entitlementId: string; subject: string; until: number }>(),
  },
  own: {
    rows: {
      orders: (row: OrderRow, _id, memberId) => row.memberId === memberId,
      entitlements: (row: EntitlementRow, _id, memberId) => row.memberId === memberId,
    },
    files: receiptFiles,
  },
})

function quoteInput() {
  return v.strictObject({ subject, priceId: v.nullable(v.string()), coupon: v.nullable(typedCode) })
}
function orderInput() {
  return v.strictObject({ orderId: id })
}
function batchInput() {
  return v.strictObject({ batchId: id })
}

/** Only owners see money, set prices, and give what is sold. */
export function canSell(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

export function canBuy(viewer: Viewer): boolean {
  return isMember(viewer)
}

/** What a coupon takes off a price; never more than it. */
export function discountOf(coupon: Pick<CouponRow, 'percent' | 'off'>, amount: number): number {
  return coupon.percent === null
    ? Math.min(amount, coupon.off ?? 0)
    : Math.floor((amount * coupon.percent) / 100)
}

/** `article:<id>` of `item:article:<id>`. */
export function itemOf(subject: string): { kind: string; id: string } | null {
  const found = /^item:([a-z]+):(.+)$/.exec(subject)
  return found ? { kind: found[1]!, id: found[2]! } : null
}

export function tierIdOf(subject: string): string | null {
  return subject.startsWith('tier:') ? subject.slice(5) : null
}

/** In the reader's language, or in the one it was written in. */
export function inLanguage(both: Both, lang: 'zh' | 'en'): string {
  return both[lang] || both.en || both.zh
}

/** Does it open anything now? */
export function isInForce(held: Pick<EntitlementRow, 'state' | 'from' | 'until'>, now: number): boolean {
  return held.state === 'granted' && (held.until === null || held.until > now)
}

async function* receiptFiles({ memberId, lang, rows }: OwnSource): AsyncGenerator<OwnFile> {
  const { formatMoney } = await import('./money.ts')
  for (const { data } of await rows<OrderRow>('orders')) {
    if (data.memberId !== memberId) continue
    const title = data.title[lang] || data.title.zh || data.title.en
    const line = (at: number, amount: number, note: string): string =>
      `- ${[new Date(at).toISOString(), formatMoney(amount, data.currency, lang), note].filter(Boolean).join(' · ')}`
    const lines = [
      ...data.payments.map(({ at, amount, note }) => line(at, amount, note)),
      ...data.refunds.map(({ at, amount, reason }) => line(at, -amount, reason)),
    ]
    const total = `${data.number} · ${data.state} · ${formatMoney(data.total, data.currency, lang)}`
    yield {
      path: `receipts/${fileName(data.number)}.md`,
      title: `${data.number} · ${title}`,
      text: `# ${title}\n\n${total}\n\n${lines.join('\n')}\n`,
    }
  }
}
