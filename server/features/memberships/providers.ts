/**
 * Payment providers, behind one shape. A provider opens a page on which an order is paid, gives money back, and tells
 * what happened, in its own words and at its own time; `tell` puts that into ours. Everything else (keeping what was
 * told, doing it once and in any order, the ledger) is the same for all of them. WeChat Pay and Alipay fit: a code or
 * page for `checkout`, notices verified by `read`.
 */
import type { Services } from '#server/core/services.ts'
import type { Term } from '#shared/features/membership-terms.ts'
import type { Provider } from '#shared/features/memberships.ts'
import { openStripe } from './stripe.ts'

export interface ToPay {
  orderId: string
  number: string
  title: string
  total: number
  currency: string
  term: Term
  /** Nothing was taken off: it may be charged again and again. */
  renewable: boolean
}

/** Which order or payment something is about: by our id where the provider carries it, else by its own names. */
export interface About {
  orderId?: string | undefined
  refs: readonly string[]
}

/** What a provider told, in our words. Times are the provider's. */
export type Told = About & { at: number } & (
    | { what: 'linked' }
    | {
        what: 'paid'
        key: string
        amount: number
        currency: string
        period?: { from: number; until: number }
      }
    /** `refunded`: in all, of this payment. */
    | { what: 'refunded'; key: string; refunded: number }
    | { what: 'disputed'; dispute: string }
    | { what: 'settled'; dispute: string; won: boolean; amount: number }
    | { what: 'renewal'; key: string; subscription: string; status: string; ending: boolean }
    | { what: 'failed'; key: string; note: string }
  )

export interface PaymentProvider {
  name: Provider
  /** @returns the address of a page. Asking twice charges once. */
  checkout(order: ToPay, back: string): Promise<string>
  /** Asking twice refunds once. */
  refund(asked: { refs: readonly string[]; amount: number; refundId: string }): Promise<void>
  stopRenewal(subscription: string): Promise<void>
  /** @returns the notice's own id; `undefined`: it is not theirs, was changed, or is old. */
  read(body: string, signature: string, now: number): Promise<string | undefined>
  tell(body: string): Told | undefined
  /** What was told since, oldest last, whether or not it arrived here. */
  toldSince(since: number): AsyncIterable<{ id: string; body: string }>
  /** Other names of what is called so, when none of these is known here. */
  alsoKnownAs(refs: readonly string[]): Promise<string[]>
}

const open = new WeakMap<Services, PaymentProvider | null>()

/** `undefined`: it is off, for want of keys. */
export async function providerOf(services: Services): Promise<PaymentProvider | undefined> {
  const known = open.get(services)
  if (known !== undefined) return known ?? undefined
  const { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API } = services.env.vars ?? {}
  const made =
    STRIPE_KEY && STRIPE_WEBHOOK_SECRET
      ? await openStripe({ key: STRIPE_KEY, secret: STRIPE_WEBHOOK_SECRET, api: STRIPE_API })
      : null
  open.set(services, made)
  return made ?? undefined
}
