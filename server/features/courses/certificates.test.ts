import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { CertificateRow, CertificateView } from '#shared/features/course-certificates.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember
let bea: TestMember
let reader: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  bea = await community.member({ role: 'author', handle: 'bea' })
  reader = await community.member({ handle: 'reader', name: 'Rea Der' })
})
afterEach(() => community.close())

async function good(result: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const answer = await result
  if (!answer.ok) throw new Error(`${answer.code} ${answer.reason} ${answer.message}`)
  return answer.data
}

/** A course of one lesson that the reader has completed. */
async function completed(): Promise<{ id: string; courseId: string; row: CertificateRow }> {
  const [courseId, chapterId, lessonId] = [uuidv7(), uuidv7(), uuidv7()]
  await good(community.send(ada, 'courses.start_course', { courseId, title: 'On <clocks>', lang: 'en' }))
  const chapters = [{ id: chapterId, title: 'First', lessons: [] }]
  await good(community.send(ada, 'courses.arrange', { courseId, chapters }))
  const lesson = { title: 'One', body: 'Words', free: false, base: null }
  await good(community.send(ada, 'courses.save_lesson', { courseId, lessonId, chapterId, ...lesson }))
  await good(community.send(ada, 'courses.publish_course', { courseId }))
  expect(await community.send(reader, 'courses.claim_certificate', { courseId })).toMatchObject({
    ok: false,
    reason: 'certificates.not_completed',
  })
  await good(community.send(reader, 'courses.complete_lesson', { courseId, lessonId }))
  const [[id, row]] = [...(await held(reader))] as [[string, CertificateRow]]
  return { id, courseId, row }
}

const held = async (member: TestMember | undefined): Promise<Map<string, CertificateRow>> =>
  (await community.feed(member)).get('certificates') ?? new Map()

async function check(id: string): Promise<{ view: CertificateView | null; page: string }> {
  const input = encodeURIComponent(JSON.stringify({ id }))
  const answer = await community.request(`/api/queries/courses.certificate?input=${input}`)
  const page = await (await community.request(`/certificates/${id}`)).text()
  return { view: ((await answer.json()) as { output: CertificateView | null }).output, page }
}

test('whoever completes a course holds one certificate, which anybody can check who has its address', async () => {
  const { id, courseId, row } = await completed()
  expect(id).toMatch(/^[\w-]{24}$/)
  expect(row).toMatchObject({ title: 'On <clocks>', at: community.clock.now, shown: true, revokedAt: null })
  for (const other of [undefined, ada, bea]) expect((await held(other)).size).toBe(0)
  const { view, page } = await check(id)
  expect(view).toMatchObject({ name: 'Rea Der', title: 'On <clocks>', revokedAt: null })
  expect(page).toContain('Rea Der')
  expect(page).toContain('On &lt;clocks&gt;')
  expect(await (await community.request('/sitemap.xml')).text()).not.toContain(id)
  expect(await good(community.send(reader, 'courses.claim_certificate', { courseId }))).toEqual({ id })
  expect((await held(reader)).size).toBe(1)
})

test('its holder withdraws it from the public, and those who run the course revoke it', async () => {
  const { id } = await completed()
  const show = (member: TestMember, on: boolean) =>
    community.send(member, 'courses.show_certificate', { id, on })
  const revoke = (member: TestMember, on: boolean) =>
    community.send(member, 'courses.revoke_certificate', { id, on })
  expect(await show(ada, false)).toMatchObject({ ok: false, reason: 'certificates.unknown' })
  await good(show(reader, false))
  const hidden = await check(id)
  expect(hidden.view).toBeNull()
  expect(hidden.page).not.toContain('Rea Der')
  await good(show(reader, true))
  for (const other of [bea, reader]) {
    expect(await revoke(other, true)).toMatchObject({ ok: false, reason: 'certificates.unknown' })
  }
  await good(revoke(ada, true))
  const revoked = await check(id)
  expect(revoked.view).toMatchObject({ revokedAt: community.clock.now })
  expect(revoked.page).toContain('revoked')
  await good(revoke(ada, false))
  expect((await check(id)).view).toMatchObject({ revokedAt: null })
})

test('the certificate of whoever has left for good is gone', async () => {
  const { id } = await completed()
  await community.services.transact((tx) =>
    tx.tell('profiles.deleted', { memberId: reader.id, articles: 'keep' }),
  )
  expect((await held(reader)).size).toBe(0)
  expect((await check(id)).view).toBeNull()
})
