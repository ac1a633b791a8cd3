/**
 * A community in which everything that somebody may not know is marked. People of every standing, and content in every
 * state, made through the real commands, imports and rooms; each text carries a canary, a word that stands nowhere
 * else. Whoever receives a canary has received what it stood in.
 */
import { randomBytes } from 'node:crypto'
import type { Registry } from '#server/core/feature.ts'
import { settled, trainNow } from '#server/features/recommendations/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Role } from '#shared/core/viewer.ts'
import {
  day,
  plantArticle,
  plantCircles,
  plantCourses,
  plantDraft,
  plantEvents,
  plantInnerThread,
  plantMeetups,
  plantModerated,
  plantPlans,
  plantThread,
} from './content.ts'
import { type Fact, grouped, type Standing, sold } from './oracle.ts'
import { openPatient } from './patient.ts'
import { type Actor, createPlanter, type Planter, type World } from './planter.ts'

export async function openWorld(rules?: Registry): Promise<World> {
  const planter = createPlanter(await openPatient(rules))
  const { actors, plant, mark, newId, join, signIn, stranger, act, readFeed, write, ids } = planter
  const { services, clock } = planter.community

  // Long before: sessions and grants of these have ended by themselves when the others come.
  const own = await join('own', 'owner')
  const mod = await join('mod', 'moderator')
  const expired = await join('expired', 'owner', 'a loom for algebra')
  const lapsed = await join('lapsed', 'member')

  const circles = await plantCircles(planter)
  for (const { id } of circles)
    await act(mod, 'circles.admit', { id, memberId: lapsed.member!.id, until: clock.now + day })
  const grant = (actor: Actor, until?: number): Promise<void> =>
    services.transact(async (tx) => {
      for (const audience of [sold, grouped]) await tx.grant(actor.member!.id, audience, 'world', until)
    })
  await grant(lapsed, clock.now + day)
  await readFeed(expired)
  await readFeed(lapsed)
  expired.standing = { id: null, role: null, circles: [] }

  clock.advance(61 * day)
  for (const actor of [own, mod, lapsed]) await signIn(actor)

  const mem = await join('mem', 'member')
  await join('aut', 'author')
  const ada = await join('ada', 'author')
  const bea = await join('bea', 'author')
  const dim = await join('dim', 'author')
  const removed = await join('removed', 'author')
  const unshared = await join('unshared', 'author')
  const demoted = await join('demoted', 'moderator')
  const granted = await join('granted', 'member')
  const timed = await join('timed', 'member')
  const expelled = await join('expelled', 'member')
  const left = await join('left', 'owner')

  // Circles
  const admit = (actor: Actor, id: string, until: number | null): Promise<string> =>
    act(mod, 'circles.admit', { id, memberId: actor.member!.id, until })
  for (const { id } of circles) {
    await admit(granted, id, null)
    await admit(timed, id, clock.now + day)
    await admit(expelled, id, null)
    await admit(removed, id, null)
  }
  for (const actor of [granted, expelled]) await grant(actor)
  await grant(timed, clock.now + day)
  for (const actor of [granted, timed]) {
    actor.standing.circles = circles.map(({ id }) => id)
    actor.standing.granted = [sold, grouped]
  }

  await act(own, 'accounts.describe_community', {
    name: 'Looms',
    about: plant('what the community says of itself', { of: 'community' }),
    language: 'en',
  })

  // Invitations
  for (const role of ['owner', 'moderator', 'member'] as const) {
    const fact: Fact = { of: 'invitation', role }
    await act(own, 'accounts.invite', {
      id: newId('invite'),
      role,
      note: plant(`the note of an invitation for a ${role}`, fact),
      uses: 1,
      days: 30,
    })
  }
  for (const { table, data } of await readFeed(own)) {
    const invite = data as { token: string; role: Role }
    if (table === 'invites')
      mark(invite.token, `an invitation for a ${invite.role}`, { of: 'invitation', role: invite.role })
  }

  // Drafts and articles
  const shared = await plantDraft(planter, 'a draft', 'open', [ada, bea, dim])
  await act(ada, 'articles.share_draft', { id: shared, memberId: unshared.member!.id, on: true })
  await act(ada, 'articles.share_draft', { id: shared, memberId: removed.member!.id, on: true })
  await readFeed(unshared)
  await act(ada, 'articles.share_draft', { id: shared, memberId: unshared.member!.id, on: false })
  const discarded = await plantDraft(planter, 'a discarded draft', 'discarded', [ada, bea])
  await act(ada, 'articles.discard_draft', { id: discarded })

  const articles = {
    public: await plantArticle(planter, 'public'),
    members: await plantArticle(planter, 'members'),
    withdrawn: await plantArticle(planter, 'withdrawn'),
    sold: await plantArticle(planter, 'sold'),
    grouped: await plantArticle(planter, 'grouped'),
  }

  await plantEvents(planter)
  await plantMeetups(planter)
  await plantPlans(planter)
  await plantCourses(planter)
  await plantThread(planter, 'a thread', 'open', null)
  await plantThread(planter, 'a thread on a public article', 'open', { kind: 'article', id: articles.public })
  await plantThread(planter, 'a thread on an article for members', 'open', {
    kind: 'article',
    id: articles.members,
  })
  await plantThread(planter, 'a thread on an article that was withdrawn', 'open', {
    kind: 'article',
    id: articles.withdrawn,
  })
  await plantThread(planter, 'a deleted thread', 'deleted', null)
  await plantInnerThread(planter, articles.grouped)
  await plantModerated(planter)

  // What devices saved
  for (const room of ['thread', 'draft'] as const) {
    const text = plant(`what was saved of a ${room}`, { of: 'copy', room })
    ids.copy.push(await act(mem, 'recovery.offer', { room: `${room}/${ids[room][0]}`, text, cut: false }))
  }

  await plantMoney(planter, own, mem)

  // What is one's own
  for (const actor of [mem, ada, removed]) {
    const { id } = actor.member!
    const fact: Fact = { of: 'own', member: id }
    await write(actor, `me/${id}/reading`, plant(`what ${actor.name} reads`, fact), { kind: 'me', fact })
    for (const kind of ['library', 'highlights'] as const) {
      const said = plant(`what ${actor.name} keeps in their ${kind}`, fact)
      await write(actor, `me/${id}/${kind}`, said, { kind: 'me', fact })
    }
  }
  await act(mem, 'recommendations.set_sharing', { on: true })
  // A training that was due by the clock may be under way, and know less.
  await planter.community.community.quiesce()
  await settled(services)
  await trainNow(services)
  mark(`article:${articles.members}`, 'an article for members, in the model', { of: 'thread', state: 'open' })
  // Whoever may know of it reads of it where it is talked about, and in points.
  mark(`article:${articles.grouped}`, 'an article for a group, in the model', {
    of: 'article',
    state: 'grouped',
    part: 'teaser',
    author: ada.member!.id,
  })
  mark(`thread:${ids.thread[0]}`, 'a thread, in the model', { of: 'thread', state: 'open' })

  await markSecrets(planter)

  // What ends
  for (const actor of actors) if (actor.cookie !== null) await readFeed(actor)
  const nobody: Standing = { id: null, role: null, circles: [] }
  await act(mod, 'circles.close', { id: circles.find(({ state }) => state === 'closed')!.id })
  await act(ada, 'articles.withdraw', { id: articles.withdrawn })
  for (const { id } of circles) await act(mod, 'circles.expel', { id, memberId: expelled.member!.id })
  await services.transact(async (tx) => {
    for (const audience of [sold, grouped]) await tx.revoke(expelled.member!.id, audience, 'world')
  })
  await act(own, 'circles.remove', { memberId: removed.member!.id })
  removed.standing = nobody
  for (const [actor, role] of [
    [demoted, 'member'],
    [dim, 'member'],
  ] as const) {
    await act(own, 'accounts.set_role', { memberId: actor.member!.id, role })
    actor.standing = { ...actor.standing, role }
  }
  // It comes after these were moderators and owners: not even that it exists is for them.
  const late = newId('invite')
  await act(own, 'accounts.invite', { id: late, role: 'member', note: '', uses: 1, days: 30 })
  mark(late, 'an invitation that was made later', { of: 'invitation', role: 'member' })
  const { sessionId } = await services.sessions.viewer(left.cookie!.split('=')[1])
  await services.sessions.close(sessionId!)
  left.standing = nobody
  await planter.community.community.quiesce()

  stranger('guest', null)
  stranger('forged', `lyceum=${randomBytes(32).toString('base64url')}`)

  return planter
}

/** A tier that is sold to all; what one member paid for it, a batch of codes, a coupon. */
async function plantMoney(planter: Planter, own: Actor, mem: Actor): Promise<void> {
  const { act, plant, mark, newId, community } = planter
  const tier = newId('tier')
  const term = { kind: 'months', count: 1 }
  await act(own, 'memberships.save_tier', {
    id: tier,
    name: { en: 'Gold', zh: '' },
    benefits: { en: '', zh: '' },
    prices: [{ id: 'month', amount: 3_000, currency: 'CNY', term }],
  })
  await act(own, 'memberships.describe_payment', {
    currency: 'CNY',
    instructions: { en: plant('where money goes', { of: 'thread', state: 'open' }), zh: '' },
    code: '',
  })
  const order = newId('order')
  const subject = `tier:${tier}`
  const asked = { subject, priceId: 'month', coupon: null, amount: 3_000, currency: 'CNY' }
  await act(mem, 'memberships.order', { id: order, ...asked, provider: 'manual' })
  const fact: Fact = { of: 'money', member: mem.member!.id }
  await act(own, 'memberships.mark_paid', { orderId: order, note: plant('a payment', fact) })
  await act(own, 'memberships.refund', {
    id: uuidv7(community.clock.now),
    orderId: order,
    amount: 1,
    reason: plant('why money went back', fact),
    end: false,
  })
  const batch = newId('batch')
  await act(own, 'memberships.make_codes', {
    id: batch,
    note: plant('what codes are for', { of: 'money' }),
    subject,
    term,
    count: 3,
    uses: 1,
    expiresAt: null,
  })
  const codes = await community.services.database.kysely
    .withTables<{ memberships_code: { code: string } }>()
    .selectFrom('memberships_code')
    .select('code')
    .execute()
  for (const { code } of codes) mark(code.match(/.{4}/g)!.join('-'), 'a code', { of: 'money' })
  await act(own, 'memberships.save_coupon', {
    id: newId('coupon'),
    code: 'TILL',
    percent: 10,
    off: null,
    currency: 'CNY',
    limit: null,
    perMember: 1,
    until: null,
    subjects: [],
  })
}

/** What nobody is told. */
async function markSecrets({ community, mark }: Planter): Promise<void> {
  const { services } = community
  mark(services.env.secret, 'the secret', { of: 'nobody' })
  const secrets = await services.database.kysely.selectFrom('session').select('token_hash').execute()
  for (const { token_hash } of secrets) mark(token_hash, 'the hash of a session', { of: 'nobody' })
  const { value } = await services.database.kysely
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'cursor_key')
    .executeTakeFirstOrThrow()
  mark(value, 'the key of cursors', { of: 'nobody' })
  mark('$argon2', 'the hash of a password', { of: 'nobody' })
}
