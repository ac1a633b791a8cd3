/**
 * Joining without an invitation, where the community's settings let it: at once, or after somebody who runs it has
 * agreed. Whoever asks is answered the same whether or not the email is known here, and a taken handle gets a number
 * behind it, so that nobody learns who has an account; whoever knows the password of the email finds out by signing in.
 */
import type { Reader, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { fail, ok, type Result, refuse } from '#shared/core/result.ts'
import {
  type ApplicantRow,
  type CommunityRow,
  communityId,
  type Language,
} from '#shared/features/accounts.ts'
import { type SignUpPolicy, settingsOf } from '#shared/features/setup.ts'
import { translate } from '#shared/words/index.ts'
import { noInvitation } from './invites.ts'
import { insertMember, memberBy } from './members.ts'
import type { Tables } from './tables.ts'

type Applicant = Tables['accounts_applicant']

/** More than somebody could look through are not kept. */
const mostWaiting = 1_000

export interface Asking {
  name: string
  handle: string
  email: string
  passwordHash: string
  language: Language
  why: string
}

export async function policyOf(reader: Reader): Promise<SignUpPolicy> {
  return settingsOf(await reader.row<CommunityRow>('community', communityId)).signUp
}

export async function applicantBy(
  reader: Reader,
  key: 'id' | 'email',
  value: string,
): Promise<Applicant | undefined> {
  return reader
    .tables<Tables>()
    .selectFrom('accounts_applicant')
    .selectAll()
    .where(key, '=', value)
    .executeTakeFirst()
}

/** Somebody without an invitation wants to join. What becomes of it is not told; the policy is known anyway. */
export async function ask(tx: Tx, asking: Asking): Promise<Result<{ waiting: boolean }>> {
  const policy = await policyOf(tx)
  if (policy === 'invite') return fail(noInvitation)
  const waiting = policy === 'approval'
  const known = (await memberBy(tx, 'email', asking.email)) ?? (await applicantBy(tx, 'email', asking.email))
  if (known) return ok({ waiting })
  if (waiting) return apply(tx, asking)
  await insertMember(tx, { ...asking, handle: await freeHandle(tx, asking.handle), role: 'member' })
  return ok({ waiting })
}

async function apply(tx: Tx, asking: Asking): Promise<Result<{ waiting: boolean }>> {
  const tables = tx.tables<Tables>()
  const { count } = await tables
    .selectFrom('accounts_applicant')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostWaiting)
    return refuse('too_many', 'too many wait already', { params: { seconds: 3_600 } })
  const { passwordHash, ...said } = asking
  const applicant: Applicant = { ...said, id: uuidv7(tx.now), password_hash: passwordHash, asked_at: tx.now }
  await tables.insertInto('accounts_applicant').values(applicant).execute()
  const row: ApplicantRow = { ...said, id: applicant.id, askedAt: tx.now }
  await tx.publish('applicants', applicant.id, row)
  return ok({ waiting: true })
}

export async function accept(tx: Tx, id: string): Promise<Result<object>> {
  const applicant = await withdraw(tx, id)
  if (!applicant) return noSuch
  // They may have come by an invitation meanwhile.
  if (await memberBy(tx, 'email', applicant.email)) return ok({})
  const { name, email, language, password_hash: passwordHash } = applicant
  const handle = await freeHandle(tx, applicant.handle)
  const member = await insertMember(tx, { name, handle, email, role: 'member', passwordHash, language })
  await tx.later('accounts.mail_accepted', { memberId: member.id })
  return ok({ memberId: member.id })
}

export async function decline(tx: Tx, id: string): Promise<Result<void>> {
  return (await withdraw(tx, id)) ? ok() : noSuch
}

const noSuch = refuse('not_found', 'nobody waits under this id', { reason: 'accounts.applicant_gone' })

async function withdraw(tx: Tx, id: string): Promise<Applicant | undefined> {
  const applicant = await applicantBy(tx, 'id', id)
  if (!applicant) return undefined
  await tx.tables<Tables>().deleteFrom('accounts_applicant').where('id', '=', id).execute()
  await tx.publish('applicants', id, null)
  return applicant
}

/** The handle, or the first with a number behind it that nobody has. */
async function freeHandle(tx: Tx, wanted: string): Promise<string> {
  for (let n = 1; ; n++) {
    const handle = n === 1 ? wanted : `${wanted.slice(0, 26)}-${n}`
    if (!(await memberBy(tx, 'handle', handle))) return handle
  }
}

/** Where mail is off, whoever accepted has to say it. */
export async function mailAccepted(services: Services, { memberId }: { memberId: string }): Promise<void> {
  const found = await services.read(async (reader) => ({
    member: await memberBy(reader, 'id', memberId),
    community: await reader.row<CommunityRow>('community', communityId),
  }))
  if (!found.member) return
  const t = translate(found.member.language)
  const words = {
    name: found.member.name,
    community: found.community?.name ?? 'Lyceum',
    link: `${services.env.publicUrl}/sign-in`,
  }
  const [subject, text] = [
    t('accounts.mail_accepted_subject', words),
    t('accounts.mail_accepted_text', words),
  ]
  await services.mail(found.member.email, subject, text)
}
