/** Certificates: issued when a course is completed, checked by whoever has the address. */
import { randomBytes } from 'node:crypto'
import type { Page, Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import { escapeHtml as escaped } from '#server/core/page.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import type { CertificateRow, CertificateView } from '#shared/features/course-certificates.ts'
import { canEditCourse, type courses as contract } from '#shared/features/courses.ts'
import { translate } from '#shared/words/index.ts'
import { enrolmentOf } from './enrolling.ts'
import { type CertificateRecord, courseById, db } from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

export const certificates: Pick<Commands, 'claim_certificate' | 'show_certificate' | 'revoke_certificate'> = {
  claim_certificate: {
    async allow({ tx, viewer }, input) {
      const enrolment = await enrolmentOf(tx, viewer.id, input.courseId)
      return typeof enrolment?.completed_at === 'number'
        ? ok()
        : refuse('forbidden', 'they have not completed it', { reason: 'certificates.not_completed' })
    },
    async handle({ tx, viewer }, input) {
      const enrolment = (await enrolmentOf(tx, viewer.id, input.courseId))!
      return ok({ id: await issueCertificate(tx, viewer.id, input.courseId, enrolment.completed_at!) })
    },
  },

  show_certificate: {
    async allow({ tx, viewer }, input) {
      return (await certificateById(tx, input.id))?.member_id === viewer.id ? ok() : noCertificate()
    },
    async handle({ tx }, { id, on }) {
      await change(tx, id, { shown: on ? 1 : 0 })
      return ok()
    },
  },

  revoke_certificate: {
    async allow({ tx, viewer }, input) {
      const certificate = await certificateById(tx, input.id)
      const course = certificate && (await courseById(tx, certificate.course_id))
      return course && canEditCourse(viewer, { authorId: course.author_id }) ? ok() : noCertificate()
    },
    async handle({ tx }, { id, on }) {
      await change(tx, id, { revoked_at: on ? tx.now : null })
      return ok()
    },
  },
}

/** A course is certified once. @returns its id, of the one there is or a new one. */
export async function issueCertificate(
  tx: Tx,
  memberId: string,
  courseId: string,
  at: number,
): Promise<string | undefined> {
  const before = await db(tx)
    .selectFrom('courses_certificate')
    .select('id')
    .where('member_id', '=', memberId)
    .where('course_id', '=', courseId)
    .executeTakeFirst()
  if (before) return before.id
  const course = await courseById(tx, courseId)
  if (!course) return undefined
  const record: CertificateRecord = {
    id: randomBytes(18).toString('base64url'),
    member_id: memberId,
    course_id: courseId,
    title: course.title,
    lang: course.lang,
    at,
    shown: 1,
    revoked_at: null,
  }
  await db(tx).insertInto('courses_certificate').values(record).execute()
  await tx.publish('certificates', record.id, toRow(record))
  return record.id
}

export async function dropCertificates(tx: Tx, memberId: string): Promise<void> {
  const gone = await db(tx)
    .deleteFrom('courses_certificate')
    .where('member_id', '=', memberId)
    .returning('id')
    .execute()
  for (const { id } of gone) await tx.publish('certificates', id, null)
}

/** `null`: there is none, its holder is gone, or has withdrawn it. */
export async function certificateView(reader: Reader, id: string): Promise<CertificateView | null> {
  const certificate = await certificateById(reader, id)
  if (certificate?.shown !== 1) return null
  const member = await reader.row<MemberRow>('members', certificate.member_id)
  if (!member) return null
  const community = await reader.row<CommunityRow>('community', communityId)
  const { title, lang, at, revoked_at } = certificate
  return { name: member.name, title, lang, at, revokedAt: revoked_at, community: community?.name ?? '' }
}

export const certificatePage: Page = {
  path: '/certificates/:id',
  async render({ reader, params, lang }) {
    const t = translate(lang)
    const view = await certificateView(reader, params.id ?? '')
    if (!view) return null
    const date = new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
      dateStyle: 'long',
      timeZone: 'UTC',
    }).format(view.at)
    const state =
      view.revokedAt === null
        ? t('certificates.valid', { community: view.community })
        : t('certificates.revoked', { community: view.community })
    return {
      title: `${t('certificates.title')} · ${view.title}`,
      description: state,
      lang,
      html:
        `<h1>${escaped(t('certificates.title'))}</h1>` +
        `<p class="byline">${escaped(view.name)}</p><p lang="${view.lang}">${escaped(view.title)}</p>` +
        `<p>${escaped(t('certificates.completed_on', { date }))}</p><p>${escaped(state)}</p>`,
    }
  },
}

/** By member, of one course. */
export async function certificatesOf(
  reader: Reader,
  courseId: string,
): Promise<Map<string, { id: string; revoked: boolean }>> {
  const found = await db(reader)
    .selectFrom('courses_certificate')
    .select(['id', 'member_id', 'revoked_at'])
    .where('course_id', '=', courseId)
    .execute()
  return new Map(
    found.map(({ id, member_id, revoked_at }) => [member_id, { id, revoked: revoked_at !== null }]),
  )
}

function certificateById(reader: Reader, id: string): Promise<CertificateRecord | undefined> {
  return db(reader).selectFrom('courses_certificate').selectAll().where('id', '=', id).executeTakeFirst()
}

async function change(tx: Tx, id: string, changes: Partial<CertificateRecord>): Promise<void> {
  const record = await db(tx)
    .updateTable('courses_certificate')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.publish('certificates', id, toRow(record))
}

function toRow(record: CertificateRecord): CertificateRow {
  return {
    memberId: record.member_id,
    courseId: record.course_id,
    title: record.title,
    lang: record.lang,
    at: record.at,
    shown: record.shown === 1,
    revokedAt: record.revoked_at,
  }
}

function noCertificate(): Result<never> {
  return refuse('not_found', 'no such certificate', { reason: 'certificates.unknown' })
}
