/** What happens in other features, as notices for those whom it concerns. */
import { listener, type Tx } from '#server/core/feature.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { discussions } from '#shared/features/discussions.ts'
import { growth } from '#shared/features/growth.ts'
import { memberships } from '#shared/features/memberships.ts'
import { followId, notifications } from '#shared/features/notifications.ts'
import type { WordKey } from '#shared/words/index.ts'
import { notify, withdraw } from './notices.ts'
import { db } from './tables.ts'

export const on = {
  'notifications.notify': listener(notifications, 'notify', notify),

  'discussions.thread_opened': listener(discussions, 'thread_opened', async (tx, { threadId, authorId }) => {
    await follow(tx, authorId, threadId)
  }),

  'discussions.posted': listener(
    discussions,
    'posted',
    async (tx, { threadId, postId, number, authorId }) => {
      const name = await nameOf(tx, authorId)
      for (const memberId of await followersOf(tx, threadId)) {
        if (memberId === authorId) continue
        // Whoever is called by name hears it once, as that.
        if ((await tx.row('mentions', `${postId}:${memberId}`)) !== null) continue
        await notify(tx, {
          memberId,
          type: 'replies',
          word: 'notifications.replied',
          about: `thread:${threadId}#${number}`,
          params: { name },
          key: `reply:${threadId}`,
        })
      }
      await follow(tx, authorId, threadId)
    },
  ),

  'discussions.mentioned': listener(discussions, 'mentioned', async (tx, fact) => {
    await notify(tx, {
      memberId: fact.memberId,
      type: 'mentions',
      word: 'notifications.mentioned',
      about: `thread:${fact.threadId}#${fact.number}`,
      params: { name: await nameOf(tx, fact.byId) },
      key: `mention:${fact.postId}`,
    })
  }),

  'discussions.reacted': listener(discussions, 'reacted', async (tx, fact) => {
    if (fact.memberId === fact.authorId) return
    const key = `reaction:${fact.postId}`
    const total = fact.total
    if (total === 0) return withdraw(tx, fact.authorId, key)
    if (!fact.on) return
    await notify(tx, {
      memberId: fact.authorId,
      type: 'reactions',
      word: total > 1 ? 'notifications.reacted_more' : 'notifications.reacted',
      about: `thread:${fact.threadId}#${fact.number}`,
      params: { name: await nameOf(tx, fact.memberId), reaction: fact.reaction, others: total - 1 },
      key,
    })
  }),

  'discussions.accepted': listener(discussions, 'accepted', async (tx, fact) => {
    if (fact.postId === null || fact.authorId === null || fact.authorId === fact.memberId) return
    await notify(tx, {
      memberId: fact.authorId,
      type: 'replies',
      word: 'notifications.accepted',
      about: `thread:${fact.threadId}`,
      params: { name: await nameOf(tx, fact.memberId) },
      key: `accepted:${fact.threadId}`,
    })
  }),

  'memberships.ordered': listener(memberships, 'ordered', async (tx, { orderId, memberId, provider }) => {
    // What a provider collects needs nobody's hand.
    if (provider !== 'manual') return
    const name = await nameOf(tx, memberId)
    for (const owner of await owners(tx)) {
      await notify(tx, {
        memberId: owner,
        type: 'memberships',
        word: 'notifications.ordered',
        about: `sale:${orderId}`,
        params: { name },
        key: `ordered:${orderId}`,
      })
    }
  }),

  'memberships.paid': listener(memberships, 'paid', async (tx, { orderId, memberId }) => {
    for (const owner of await owners(tx)) await withdraw(tx, owner, `ordered:${orderId}`)
    await aboutOrder(tx, memberId, orderId, 'notifications.paid')
  }),

  'memberships.payment_failed': listener(memberships, 'payment_failed', async (tx, fact) => {
    await aboutOrder(tx, fact.memberId, fact.orderId, 'notifications.payment_failed')
  }),

  'memberships.refunded': listener(memberships, 'refunded', async (tx, { orderId, memberId, full }) => {
    const word = full ? 'notifications.refunded' : 'notifications.refunded_part'
    await aboutOrder(tx, memberId, orderId, word)
  }),

  'memberships.ending': listener(memberships, 'ending', async (tx, { memberId, entitlementId, until }) => {
    await notify(tx, {
      memberId,
      type: 'memberships',
      word: 'notifications.ending',
      about: 'membership:own',
      params: { days: Math.max(1, Math.ceil((until - tx.now) / 86_400_000)) },
      key: `ending:${entitlementId}`,
    })
  }),

  'growth.levelled': listener(growth, 'levelled', async (tx, { memberId, level, before }) => {
    if (level < before) return
    await notify(tx, {
      memberId,
      type: 'growth',
      word: 'notifications.levelled',
      about: `standing:${memberId}`,
      params: { level },
      key: 'level',
    })
  }),

  'growth.badge_awarded': listener(growth, 'badge_awarded', async (tx, { memberId, badge }) => {
    await notify(tx, {
      memberId,
      type: 'growth',
      word: 'notifications.badge',
      about: `standing:${memberId}`,
      // A key of the dictionary, said in the reader's language.
      params: { badge: `growth.badge_${badge}` },
      key: `badge:${badge}`,
    })
  }),

  'growth.honoured': listener(growth, 'honoured', async (tx, { authorId, subject, byId }) => {
    if (authorId === byId) return
    await notify(tx, {
      memberId: authorId,
      type: 'growth',
      word: 'notifications.honoured',
      about: subject,
      key: `honour:${subject}`,
    })
  }),
}

/** An order keeps one notice: the last thing that happened to it. */
async function aboutOrder(tx: Tx, memberId: string, orderId: string, word: WordKey): Promise<void> {
  await notify(tx, {
    memberId,
    type: 'memberships',
    word,
    about: `order:${orderId}`,
    key: `order:${orderId}`,
  })
}

async function owners(tx: Tx): Promise<string[]> {
  const members = await tx.rows<MemberRow>('members')
  return members.filter(({ data }) => data.role === 'owner').map(({ id }) => id)
}

async function nameOf(tx: Tx, memberId: string): Promise<string> {
  return (await tx.row<MemberRow>('members', memberId))?.name ?? ''
}

async function followersOf(tx: Tx, threadId: string): Promise<string[]> {
  const found = await db(tx)
    .selectFrom('notifications_follow')
    .select('member_id')
    .where('thread_id', '=', threadId)
    .where('on', '=', 1)
    .orderBy('member_id')
    .execute()
  return found.map((one) => one.member_id)
}

/** Whoever writes in a thread follows it, unless they said otherwise. */
async function follow(tx: Tx, memberId: string, threadId: string): Promise<void> {
  const made = await db(tx)
    .insertInto('notifications_follow')
    .values({ member_id: memberId, thread_id: threadId, on: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (Number(made.numInsertedOrUpdatedRows ?? 0) > 0)
    await tx.publish('follows', followId(memberId, threadId), { memberId, threadId, on: true })
}
