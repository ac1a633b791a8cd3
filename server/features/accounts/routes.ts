/**
 * What happens before there is a member, and whatever carries a password: setup, sign-up, signing in and out,
 * passwords forgotten, reset and changed. Hashing runs outside transactions; each one-time token is used up by one
 * conditional write, so that of any number of simultaneous attempts one succeeds.
 */
import type { Context } from 'hono'
import type { InferOutput } from 'valibot'
import type { Route, Tx } from '#server/core/feature.ts'
import { addressOf, refusalResponse } from '#server/core/http.ts'
import type { Services } from '#server/core/services.ts'
import { barredRefusal, hashToken } from '#server/core/session.ts'
import { fail, ok, type Refusal, type Result } from '#shared/core/result.ts'
import { isMember, type Member, type Viewer } from '#shared/core/viewer.ts'
import * as contract from '#shared/features/accounts.ts'
import { presets } from '#shared/features/setup.ts'
import { bodyOf, tooMany } from './answers.ts'
import { inviteUsed, noInvitation, openInvite, publishInvite } from './invites.ts'
import { applicantBy, ask, policyOf } from './joining.ts'
import {
  configureCommunity,
  findTaken,
  hasOwner,
  insertMember,
  isSetupToken,
  memberBy,
  publishCommunity,
  setPassword,
  takeSetup,
} from './members.ts'
import { hashPassword, isPassword } from './secrets.ts'
import type { Tables } from './tables.ts'

/** Rolls the transaction back and carries the reason out of it. */
class Undone extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

async function transactOrUndo<T>(
  services: Services,
  work: (tx: Tx) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await services.transact(work)
  } catch (error) {
    if (error instanceof Undone) return fail(error.refusal)
    throw error
  }
}

async function sessionInfo(
  services: Services,
  viewer: Viewer,
  sessionId: string | null,
): Promise<contract.SessionInfo> {
  const lease = isMember(viewer) && sessionId !== null ? await services.lease(viewer, sessionId) : undefined
  return services.read(async (reader) => {
    const member = viewer.id === null ? undefined : await memberBy(reader, 'id', viewer.id)
    return {
      member: member
        ? { id: member.id, name: member.name, handle: member.handle, role: viewer.role ?? member.role }
        : null,
      community: await reader.row<contract.CommunityRow>('community', contract.communityId),
      ready: await hasOwner(reader),
      now: reader.now,
      ...(lease ? { lease } : {}),
    }
  })
}

/** Always a new session, and the one that the browser came with ends: nobody keeps a session planted on them. */
async function enter(services: Services, c: Context, member: Member): Promise<Response> {
  const before = await services.sessions.viewer(services.sessions.tokenOf(c.req.raw))
  if (before.sessionId !== null) await services.sessions.close(before.sessionId)
  const agent = (c.req.header('user-agent') ?? '').slice(0, 200)
  const { token, id } = await services.sessions.open(member.id, agent)
  c.header('Set-Cookie', services.sessions.cookie(token))
  return c.json(await sessionInfo(services, member, id))
}

const minutes = (count: number): number => count * 60

const wrong: Refusal = {
  code: 'unauthenticated',
  message: 'the email or the password is wrong',
  reason: 'accounts.sign_in_wrong',
}

const stillWaiting: Refusal = {
  code: 'forbidden',
  message: 'whoever runs the community has not decided yet',
  reason: 'accounts.sign_in_waiting',
}

async function signIn({ c, services }: { c: Context; services: Services }): Promise<Response> {
  const asked = await bodyOf(c, contract.signIn)
  if (!asked.ok) return refusalResponse(asked.error)
  const { email, password } = asked.value
  const window = minutes(5)
  // Unknown emails count like known ones, and before the password is looked at: the limit tells nothing either.
  const allowed =
    (await services.allowRate(`sign-in:address:${addressOf(c)}`, 120, window)) &&
    (await services.allowRate(`sign-in:account:${email}`, 10, window))
  if (!allowed) return tooMany(window)
  const { member, applicant } = await services.read(async (reader) => ({
    member: await memberBy(reader, 'email', email),
    applicant: await applicantBy(reader, 'email', email),
  }))
  const right = await isPassword((member ?? applicant)?.password_hash, password)
  if (!member) return refusalResponse(applicant && right ? stillWaiting : wrong)
  if (!right) return refusalResponse(wrong)
  // Whoever was removed keeps a record, but no role.
  const { viewer, bar } = await services.read(async (reader) => ({
    viewer: await reader.viewerOf(member.id),
    bar: await reader.barOf(member.id),
  }))
  if (bar) return refusalResponse({ ...barredRefusal(bar), code: 'forbidden' })
  return isMember(viewer) ? enter(services, c, viewer) : refusalResponse(wrong)
}

async function signOut({ c, services }: { c: Context; services: Services }): Promise<Response> {
  const { sessionId } = await services.sessions.viewer(services.sessions.tokenOf(c.req.raw))
  if (sessionId !== null) await services.sessions.close(sessionId)
  c.header('Set-Cookie', services.sessions.clearCookie())
  return c.json({})
}

const setUpAlready: Refusal = {
  code: 'not_found',
  message: 'this community is set up',
  reason: 'accounts.setup_done',
}
const setupLinkWrong: Refusal = {
  code: 'forbidden',
  field: 'token',
  message: 'this is not the newest setup link',
  reason: 'accounts.setup_wrong',
}

async function setUp({ c, services }: { c: Context; services: Services }): Promise<Response> {
  if (await services.read(hasOwner)) return refusalResponse(setUpAlready)
  const asked = await bodyOf(c, contract.setup)
  if (!asked.ok) return refusalResponse(asked.error)
  const { token, community, about, name, handle, email, password, language, preset } = asked.value
  // Cheap look before the expensive hash; what decides is takeSetup.
  if (!(await services.read((reader) => isSetupToken(reader, token)))) return refusalResponse(setupLinkWrong)
  const passwordHash = await hashPassword(password)
  const made = await services.transact(async (tx): Promise<Result<Member>> => {
    if (await hasOwner(tx)) return fail(setUpAlready)
    const taken = await findTaken(tx, { handle, email })
    if (!taken.ok) return taken
    if (!(await takeSetup(tx, token))) return fail(setupLinkWrong)
    await publishCommunity(tx, { name: community, about, language })
    if (preset) await configureCommunity(tx, presets[preset])
    return ok(await insertMember(tx, { handle, name, email, role: 'owner', passwordHash, language }))
  })
  return made.ok ? enter(services, c, made.value) : refusalResponse(made.error)
}

async function signUp({ c, services }: { c: Context; services: Services }): Promise<Response> {
  const asked = await bodyOf(c, contract.signUp)
  if (!asked.ok) return refusalResponse(asked.error)
  const { invite: token, name, handle, email, password, language } = asked.value
  if (!(await services.allowRate(`sign-up:address:${addressOf(c)}`, 120, minutes(10)))) {
    return tooMany(minutes(10))
  }
  if (token === '') return joinUninvited(c, services, asked.value)
  // Whoever has no invitation learns nothing about who has an account, and costs no hash.
  const open = await services.read((reader) => openInvite(reader, token))
  if (!open.ok) return refusalResponse(open.error)
  const passwordHash = await hashPassword(password)
  const made = await transactOrUndo(services, async (tx): Promise<Result<Member>> => {
    const invite = await openInvite(tx, token)
    if (!invite.ok) return invite
    const taken = await findTaken(tx, { handle, email })
    if (!taken.ok) return taken
    const member = await insertMember(tx, {
      handle,
      name,
      email,
      role: invite.value.role,
      passwordHash,
      language,
    })
    const used = await tx
      .tables<Tables>()
      .updateTable('accounts_invite')
      .set((row) => ({ uses: row('uses', '-', 1) }))
      .where('id', '=', invite.value.id)
      .where('uses', '>', 0)
      .where('expires_at', '>', tx.now)
      .executeTakeFirst()
    if (used.numUpdatedRows !== 1n) throw new Undone(inviteUsed)
    await publishInvite(tx, { ...invite.value, uses: invite.value.uses - 1 })
    return ok(member)
  })
  return made.ok ? enter(services, c, made.value) : refusalResponse(made.error)
}

/** The same work and the same answer whether or not the email is known here. */
async function joinUninvited(
  c: Context,
  services: Services,
  asked: InferOutput<typeof contract.signUp>,
): Promise<Response> {
  const { name, handle, email, password, language, why } = asked
  // Where nobody can join like this it costs no hash.
  if ((await services.read(policyOf)) === 'invite') return refusalResponse(noInvitation)
  const window = minutes(60)
  if (!(await services.allowRate(`join:address:${addressOf(c)}`, 20, window))) return tooMany(window)
  const passwordHash = await hashPassword(password)
  const asking = { name, handle, email, passwordHash, language, why }
  const done = await services.transact((tx) => ask(tx, asking))
  return done.ok ? c.json(done.value) : refusalResponse(done.error)
}

/** The same work and the same answer whether or not the email has an account: the job looks, later. */
async function forgot({ c, services }: { c: Context; services: Services }): Promise<Response> {
  const asked = await bodyOf(c, contract.forgotPassword)
  if (!asked.ok) return refusalResponse(asked.error)
  const { email } = asked.value
  const window = minutes(60)
  const allowed =
    (await services.allowRate(`forgot:address:${addressOf(c)}`, 60, window)) &&
    (await services.allowRate(`forgot:account:${email}`, 5, window))
  if (!allowed) return tooMany(window)
  if (services.env.mailUrl !== undefined) {
    await services.transact((tx) =>
      tx.later('accounts.mail_reset', { email }, { key: `accounts.mail_reset:${email}` }),
    )
  }
  return c.json({})
}

const resetGone: Refusal = {
  code: 'gone',
  field: 'token',
  message: 'this link was used or has expired',
  reason: 'accounts.reset_expired',
}

const notThePassword: Refusal = {
  code: 'forbidden',
  field: 'current',
  message: 'this is not your password',
  reason: 'accounts.password_wrong',
}

async function reset({ c, services }: { c: Context; services: Services }): Promise<Response> {
  const asked = await bodyOf(c, contract.resetPassword)
  if (!asked.ok) return refusalResponse(asked.error)
  const tokenHash = hashToken(asked.value.token)
  const open = await services.read((reader) =>
    reader
      .tables<Tables>()
      .selectFrom('accounts_reset')
      .select('member_id')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', reader.now)
      .executeTakeFirst(),
  )
  if (!open) return refusalResponse(resetGone)
  const passwordHash = await hashPassword(asked.value.password)
  const done = await services.transact(async (tx): Promise<Result<void>> => {
    const used = await tx
      .tables<Tables>()
      .deleteFrom('accounts_reset')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', tx.now)
      .executeTakeFirst()
    if (used.numDeletedRows !== 1n) return fail(resetGone)
    await setPassword(tx, open.member_id, passwordHash)
    return ok()
  })
  return done.ok ? c.json({}) : refusalResponse(done.error)
}

async function changePassword({ c, services, viewer }: RouteContext): Promise<Response> {
  const asked = await bodyOf(c, contract.changePassword)
  if (!asked.ok) return refusalResponse(asked.error)
  const id = viewer.id!
  if (!(await services.allowRate(`password:${id}`, 10, minutes(5)))) return tooMany(minutes(5))
  const member = await services.read((reader) => memberBy(reader, 'id', id))
  if (!(await isPassword(member?.password_hash, asked.value.current))) {
    return refusalResponse(notThePassword)
  }
  const { sessionId } = await services.sessions.viewer(services.sessions.tokenOf(c.req.raw))
  const passwordHash = await hashPassword(asked.value.password)
  await services.transact((tx) => setPassword(tx, id, passwordHash, sessionId ?? undefined))
  return c.json({})
}

interface RouteContext {
  c: Context
  viewer: Viewer
  services: Services
}

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/session',
    access: 'guest',
    rate: 600,
    async handle({ c, viewer, services }) {
      const { sessionId } = await services.sessions.viewer(services.sessions.tokenOf(c.req.raw))
      const bar = isMember(viewer)
        ? undefined
        : await services.sessions.bar(services.sessions.tokenOf(c.req.raw))
      const info = await sessionInfo(services, viewer, sessionId)
      return c.json(bar ? { ...info, suspended: { until: bar.until, why: bar.why } } : info)
    },
  },
  { method: 'POST', path: '/api/session', access: 'guest', handle: signIn },
  { method: 'DELETE', path: '/api/session', access: 'guest', handle: signOut },
  { method: 'POST', path: '/api/setup', access: 'guest', handle: setUp },
  { method: 'POST', path: '/api/sign-up', access: 'guest', handle: signUp },
  { method: 'POST', path: '/api/password/forgot', access: 'guest', handle: forgot },
  { method: 'POST', path: '/api/password/reset', access: 'guest', handle: reset },
  { method: 'POST', path: '/api/password', access: 'member', handle: changePassword },
]
