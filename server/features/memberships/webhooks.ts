/**
 * Where providers tell what happened. What is signed is kept as it was told, before it is answered; a job then does what
 * follows from it, so that no crash between the two loses anything and a slow day answers nobody late.
 */
import type { Kysely } from 'kysely'
import type { Route } from '#server/core/feature.ts'
import { refusalResponse } from '#server/core/http.ts'
import type { Services } from '#server/core/services.ts'
import { keepRef } from './money.ts'
import { type PaymentProvider, providerOf } from './providers.ts'
import type { Tables } from './tables.ts'
import { take } from './told.ts'

/** Of another business on the same account, most likely. */
const waitsAtMost = 30 * 86_400_000
const atOnce = 1_000

export const routes: Route[] = [
  {
    method: 'POST',
    path: '/api/webhooks/stripe',
    access: 'guest',
    body: 1_048_576,
    // All of the provider's come from a few addresses.
    rate: 6_000,
    async handle({ c, services }) {
      const provider = await providerOf(services)
      if (!provider) {
        return refusalResponse({
          code: 'not_found',
          message: 'Stripe is off here: STRIPE_KEY and STRIPE_WEBHOOK_SECRET are not set',
        })
      }
      const body = await c.req.text()
      const id = await provider.read(body, c.req.header('stripe-signature') ?? '', services.now())
      if (id === undefined) {
        return refusalResponse({
          code: 'invalid',
          field: 'stripe-signature',
          message: 'the signature does not fit, or is too old',
        })
      }
      await services.transact((tx) => keep(tx, provider, id, body))
      return c.json({ received: true })
    },
  },
]

type Tx = Parameters<Parameters<Services['transact']>[0]>[0]

/** Once, however often it is told. */
async function keep(tx: Tx, provider: PaymentProvider, id: string, body: string): Promise<void> {
  const kept = await tx
    .tables<Tables>()
    .insertInto('memberships_event')
    .values({
      id: `${provider.name}:${id}`,
      provider: provider.name,
      received_at: tx.now,
      state: 'new',
      body,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((kept.numInsertedOrUpdatedRows ?? 0n) > 0n)
    await tx.later('memberships.apply', {}, { key: 'memberships.apply' })
}

/**
 * Asks providers what they told that did not arrive: a notice that was lost on its way, or with a restore from an older
 * backup. They remember for a month.
 */
export async function reconcile(services: Services): Promise<void> {
  const provider = await providerOf(services)
  if (!provider) return
  for await (const { id, body } of provider.toldSince(services.now() - waitsAtMost))
    await services.transact((tx) => keep(tx, provider, id, body))
}

/** Does what follows from everything that was told and not done, until nothing more can be. */
export async function applyTold(services: Services): Promise<void> {
  const provider = await providerOf(services)
  if (!provider) return
  await forgetOld(services)
  const failures: unknown[] = []
  for (let moved = true; moved; ) {
    moved = false
    for (const { id, state } of await undone(services)) {
      try {
        const after = await services.transact((tx) => applyOne(tx, provider, id))
        moved ||= after !== state
        if (after === 'waiting' && state === 'new') moved = (await findNames(services, provider, id)) || moved
      } catch (error) {
        // The others are not held up by one that fails.
        failures.push(error)
      }
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** What is new comes first, and what waits since lately: others' business on the account holds up nobody's payment. */
function undone(services: Services): Promise<{ id: string; state: string }[]> {
  const db = services.database.kysely as unknown as Kysely<Tables>
  return db
    .selectFrom('memberships_event')
    .select(['id', 'state'])
    .where('state', 'in', ['new', 'waiting'])
    .orderBy('state')
    .orderBy('received_at', 'desc')
    .limit(atOnce)
    .execute()
}

async function forgetOld(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    await tx
      .tables<Tables>()
      .updateTable('memberships_event')
      .set({ state: 'ignored' })
      .where('state', '=', 'waiting')
      .where('received_at', '<=', tx.now - waitsAtMost)
      .execute()
  })
}

async function applyOne(tx: Tx, provider: PaymentProvider, id: string): Promise<string> {
  const db = tx.tables<Tables>()
  const event = await db
    .selectFrom('memberships_event')
    .selectAll()
    .where('id', '=', id)
    .where('state', 'in', ['new', 'waiting'])
    .executeTakeFirst()
  if (!event) return 'done'
  const told = provider.tell(event.body)
  const state = told ? await take(tx, provider.name, told) : 'ignored'
  if (state !== event.state)
    await db.updateTable('memberships_event').set({ state }).where('id', '=', id).execute()
  return state
}

/** Asks the provider what else it calls that which nothing here is called. */
async function findNames(services: Services, provider: PaymentProvider, id: string): Promise<boolean> {
  const db = services.database.kysely as unknown as Kysely<Tables>
  const event = await db
    .selectFrom('memberships_event')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const told = provider.tell(event.body)
  if (!told) return false
  let others: string[]
  try {
    others = await provider.alsoKnownAs(told.refs)
  } catch (error) {
    services.log.warn('a payment provider could not be asked', { error: String(error) })
    return false
  }
  if (others.length === 0) return false
  return services.transact(async (tx) => {
    const known = await tx
      .tables<Tables>()
      .selectFrom('memberships_ref')
      .selectAll()
      .where('ref', 'in', others)
      .executeTakeFirst()
    if (!known) return false
    for (const ref of told.refs) await keepRef(tx, ref, known.order_id, known.entry_id)
    return true
  })
}
