/** Members as rows: how they come to be, what of them goes on the feed, and what the command line may do to them. */

import type { Reader, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { hashToken } from '#server/core/session.ts'
import { parse } from '#shared/core/contract.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Result } from '#shared/core/result.ts'
import { ok, refuse } from '#shared/core/result.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import {
  type AccountRow,
  type CommunityRow,
  communityId,
  email as emailRule,
  handle as handleRule,
  type Language,
  type MemberRow,
  name as nameRule,
  password as passwordRule,
} from '#shared/features/accounts.ts'
import { type Settings, settingsOf } from '#shared/features/setup.ts'
import { hashPassword, newPassword, newToken } from './secrets.ts'
import type { Tables } from './tables.ts'

export type MemberRecord = Tables['accounts_member']

export async function memberBy(
  reader: Reader,
  key: 'id' | 'email' | 'handle',
  value: string,
): Promise<MemberRecord | undefined> {
  return reader
    .tables<Tables>()
    .selectFrom('accounts_member')
    .selectAll()
    .where(key, '=', value)
    .executeTakeFirst()
}

export async function hasOwner(reader: Reader): Promise<boolean> {
  const owner = await reader
    .tables<Tables>()
    .selectFrom('accounts_member')
    .select('id')
    .where('role', '=', 'owner')
    .limit(1)
    .executeTakeFirst()
  return owner !== undefined
}

/** A refusal that names the field, when another member has this handle or email. */
export async function findTaken(
  reader: Reader,
  wanted: { handle: string; email?: string },
  exceptId?: string,
): Promise<Result<void>> {
  const byHandle = await memberBy(reader, 'handle', wanted.handle)
  if (byHandle && byHandle.id !== exceptId) {
    return refuse('conflict', 'this handle is taken', { field: 'handle', reason: 'accounts.handle_taken' })
  }
  const byEmail = wanted.email === undefined ? undefined : await memberBy(reader, 'email', wanted.email)
  if (byEmail && byEmail.id !== exceptId) {
    return refuse('conflict', 'this email has an account', { field: 'email', reason: 'accounts.email_taken' })
  }
  return ok()
}

export interface NewMember {
  id?: string
  handle: string
  name: string
  email: string
  role: Role
  /** '' = cannot sign in until the password was reset. */
  passwordHash: string
  language: Language
  bio?: string
  joinedAt?: number
}

/** The caller has asked `findTaken` in the same transaction. */
export async function insertMember(tx: Tx, member: NewMember): Promise<Member> {
  const record: MemberRecord = {
    id: member.id ?? uuidv7(tx.now),
    handle: member.handle,
    email: member.email,
    name: member.name,
    bio: member.bio ?? '',
    role: member.role,
    password_hash: member.passwordHash,
    language: member.language,
    theme: 'system',
    time_zone: null,
    joined_at: member.joinedAt ?? tx.now,
  }
  await tx.tables<Tables>().insertInto('accounts_member').values(record).execute()
  if (record.role === 'owner') await closeSetup(tx)
  await tx.setRole(record.id, record.role)
  await publishMember(tx, record)
  await publishAccount(tx, record)
  await tx.tell('accounts.joined', { memberId: record.id, handle: record.handle })
  return { id: record.id, role: record.role }
}

export async function publishMember(tx: Tx, record: MemberRecord): Promise<void> {
  const row: MemberRow = {
    id: record.id,
    handle: record.handle,
    name: record.name,
    bio: record.bio,
    role: record.role,
    joinedAt: record.joined_at,
  }
  await tx.publish('members', record.id, row)
}

export async function publishAccount(tx: Tx, record: MemberRecord): Promise<void> {
  const row: AccountRow = {
    email: record.email,
    language: record.language,
    theme: record.theme,
    timeZone: record.time_zone,
    signedUpAt: record.joined_at,
  }
  await tx.publish('accounts', record.id, row)
}

/** What is not given stays as it is. */
export async function publishCommunity(tx: Tx, given: Partial<CommunityRow>): Promise<void> {
  const before = await tx.row<CommunityRow>('community', communityId)
  const named = { name: 'Lyceum', about: '', language: 'en' as Language, ...before, ...given }
  await tx.publish('community', communityId, { ...named, ...settingsOf(named) })
}

export async function configureCommunity(tx: Tx, settings: Settings): Promise<void> {
  await tx.setUnused(settings.off)
  await publishCommunity(tx, settings)
  await tx.tell('accounts.configured', settings)
}

/** Sets a new password and ends the member's sessions, but for `exceptSession`. */
export async function setPassword(
  tx: Tx,
  memberId: string,
  passwordHash: string,
  exceptSession?: string,
): Promise<void> {
  const tables = tx.tables<Tables>()
  await tables
    .updateTable('accounts_member')
    .set({ password_hash: passwordHash })
    .where('id', '=', memberId)
    .execute()
  await tables.deleteFrom('accounts_reset').where('member_id', '=', memberId).execute()
  await tx.endSessions(memberId, exceptSession)
}

const setupRow = 'setup'

async function closeSetup(tx: Tx): Promise<void> {
  await tx
    .tables<Tables>()
    .updateTable('accounts_setup')
    .set({ used_at: tx.now })
    .where('id', '=', setupRow)
    .where('used_at', 'is', null)
    .execute()
}

/** Uses the setup link up: true for one caller only, however many ask at once. */
export async function takeSetup(tx: Tx, token: string): Promise<boolean> {
  const taken = await tx
    .tables<Tables>()
    .updateTable('accounts_setup')
    .set({ used_at: tx.now })
    .where('id', '=', setupRow)
    .where('used_at', 'is', null)
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n
}

export async function isSetupToken(reader: Reader, token: string): Promise<boolean> {
  const setup = await reader
    .tables<Tables>()
    .selectFrom('accounts_setup')
    .select('token_hash')
    .where('id', '=', setupRow)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return setup?.token_hash === hashToken(token)
}

/** A fresh one-time link for the first owner; the one before it stops working. `null` once there is an owner. */
export async function setupLink(services: Services): Promise<string | null> {
  const token = newToken()
  return services.transact(async (tx) => {
    if (await hasOwner(tx)) return null
    const fresh = { token_hash: hashToken(token), used_at: null }
    await tx
      .tables<Tables>()
      .insertInto('accounts_setup')
      .values({ id: setupRow, ...fresh })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(fresh))
      .execute()
    return `${services.env.publicUrl}/setup?token=${token}`
  })
}

/**
 * A member made without an invitation: by the command line, by the demo, by tests. Without a password they cannot
 * sign in until it was reset.
 */
export async function createMember(
  services: Services,
  asked: {
    handle: string
    name: string
    email: string
    password?: string
    role?: Role
    language?: Language
    bio?: string
    id?: string
    joinedAt?: number
  },
): Promise<Result<Member>> {
  const name = parse(nameRule, asked.name)
  if (!name.ok) return { ok: false, error: { ...name.error, field: 'name' } }
  const handle = parse(handleRule, asked.handle)
  if (!handle.ok) return { ok: false, error: { ...handle.error, field: 'handle' } }
  const email = parse(emailRule, asked.email)
  if (!email.ok) return { ok: false, error: { ...email.error, field: 'email' } }
  const password = asked.password === undefined ? undefined : parse(passwordRule, asked.password)
  if (password && !password.ok) return { ok: false, error: { ...password.error, field: 'password' } }
  const passwordHash = password ? await hashPassword(password.value) : ''
  return services.transact(async (tx) => {
    const taken = await findTaken(tx, { handle: handle.value, email: email.value })
    if (!taken.ok) return taken
    const member = await insertMember(tx, {
      handle: handle.value,
      name: name.value,
      email: email.value,
      role: asked.role ?? 'member',
      passwordHash,
      language: asked.language ?? 'en',
      ...(asked.bio === undefined ? {} : { bio: asked.bio }),
      ...(asked.id === undefined ? {} : { id: asked.id }),
      ...(asked.joinedAt === undefined ? {} : { joinedAt: asked.joinedAt }),
    })
    return ok(member)
  })
}

/** Names the community without asking who may: for the command line and the demo. */
export async function describeCommunity(services: Services, community: CommunityRow): Promise<void> {
  await services.transact((tx) => publishCommunity(tx, community))
}

/** Sets a password (a made-up one when none is given) and ends the member's sessions. */
export async function resetPassword(
  services: Services,
  email: string,
  password: string = newPassword(),
): Promise<Result<{ password: string }>> {
  const address = parse(emailRule, email)
  if (!address.ok) return { ok: false, error: { ...address.error, field: 'email' } }
  const rule = parse(passwordRule, password)
  if (!rule.ok) return { ok: false, error: { ...rule.error, field: 'password' } }
  const passwordHash = await hashPassword(password)
  return services.transact(async (tx) => {
    const member = await memberBy(tx, 'email', address.value)
    if (!member) return refuse('not_found', `nobody has the email ${address.value}`, { field: 'email' })
    await setPassword(tx, member.id, passwordHash)
    return ok({ password })
  })
}
