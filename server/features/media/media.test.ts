// biome-ignore-all lint/suspicious/noExplicitAny: what the routes answer is looked at as it comes
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { examine, type Finding } from '#server/core/backup.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import { contracts } from '#shared/features/index.ts'
import { mediaBounds } from '#shared/features/media.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { features } from '../index.ts'
import { sweep } from './sweep.ts'
import { db } from './tables.ts'

let community: TestCommunity
let ada: TestMember
let lin: TestMember
let reader: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  lin = await community.member({ role: 'author', handle: 'lin' })
  reader = await community.member({ handle: 'reader' })
})
afterEach(() => community.close())

const part = mediaBounds.part
const captionsText = 'WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n'

/** Begins as an MP3 does. */
function recording(size = 4_000, fill = 7): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from('ID3'), Buffer.alloc(size - 3, fill)])
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function ask(as: TestMember, method: string, path: string, body: unknown): Promise<any> {
  const isBytes = Buffer.isBuffer(body)
  const response = await community.request(`/api/uploads${path}`, {
    method,
    as,
    headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
    body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

async function begin(as: TestMember, bytes: Buffer, use: string): Promise<any> {
  return ask(as, 'POST', '', {
    name: 'a file',
    size: bytes.byteLength,
    use,
    print: hashOf(bytes).slice(0, 20),
  })
}

async function upload(as: TestMember, bytes: Buffer, use: string): Promise<any> {
  const begun = await begin(as, bytes, use)
  if (begun.status !== 200) return begun
  for (let number = begun.received; number * part < bytes.byteLength; number++) {
    const put = await ask(
      as,
      'PUT',
      `/${begun.id}/${number}`,
      bytes.subarray(number * part, (number + 1) * part),
    )
    if (put.status !== 200) return put
  }
  return ask(as, 'POST', `/${begun.id}/end`, {})
}

async function course(opening: Opening = { to: 'members' }): Promise<{ courseId: string; lessonId: string }> {
  const [courseId, lessonId, chapterId] = [uuidv7(), uuidv7(), uuidv7()]
  await community.send(ada, 'courses.start_course', { courseId, title: 'C', lang: 'en' })
  await community.send(ada, 'courses.arrange', {
    courseId,
    chapters: [{ id: chapterId, title: 'One', lessons: [] }],
  })
  await community.send(ada, 'courses.save_lesson', {
    courseId,
    lessonId,
    chapterId,
    title: 'L',
    body: 'Words.',
    free: false,
    base: null,
  })
  await community.send(ada, 'courses.describe_course', {
    courseId,
    title: 'C',
    description: '',
    lang: 'en',
    tags: [],
    opening,
  })
  await community.send(ada, 'courses.publish_course', { courseId })
  return { courseId, lessonId }
}

const empty = { media: null, captions: [], files: [] }

function file(hash: string, name = 'a file'): { hash: string; name: string } {
  return { hash, name }
}

function sound(hash: string): { hash: string; name: string; kind: 'audio'; seconds: number } {
  return { hash, name: 'a recording', kind: 'audio', seconds: 12.34 }
}

async function seenBy(hash: string): Promise<string[]> {
  const viewers: [string, Viewer][] = [
    ['ada', ada],
    ['lin', lin],
    ['reader', reader],
    ['guest', guest],
  ]
  const found: string[] = []
  for (const [name, viewer] of viewers) {
    if (await community.services.access(viewer, { kind: 'file', hash }, 'read')) found.push(name)
  }
  return found
}

async function isStored(hash: string): Promise<boolean> {
  const { kysely } = community.services.database
  const found = await kysely.selectFrom('file').select('hash').where('hash', '=', hash).executeTakeFirst()
  return found !== undefined
}

async function partsStored(): Promise<number> {
  const { kysely } = community.services.database
  return (await kysely.selectFrom('file_part').select('number').execute()).length
}

describe('an upload', () => {
  test('goes on where it stood, is stored once by its hash, and is its member’s alone', async () => {
    const bytes = recording(part + 500)
    const begun = await begin(ada, bytes, 'media')
    expect(begun).toMatchObject({ status: 200, received: 0 })
    expect(await ask(ada, 'PUT', `/${begun.id}/0`, bytes.subarray(0, part))).toMatchObject({ received: 1 })
    // The answer was lost, and the page opened anew.
    expect(await ask(ada, 'PUT', `/${begun.id}/0`, bytes.subarray(0, part))).toMatchObject({ received: 1 })
    expect(await begin(ada, bytes, 'media')).toMatchObject({ id: begun.id, received: 1 })
    expect(await ask(ada, 'POST', `/${begun.id}/end`, {})).toMatchObject({
      status: 409,
      field: 'part',
      params: { received: 1 },
    })
    expect(await ask(lin, 'PUT', `/${begun.id}/1`, bytes.subarray(part))).toMatchObject({ status: 404 })
    const whole = await upload(ada, bytes, 'media')
    expect(whole).toMatchObject({ hash: hashOf(bytes), type: 'audio/mpeg', size: part + 500 })
    expect(await seenBy(whole.hash)).toEqual(['ada'])
    expect(await upload(lin, bytes, 'media')).toMatchObject({ hash: whole.hash })
    const { kysely } = community.services.database
    expect(await kysely.selectFrom('file').select('hash').execute()).toEqual([{ hash: whole.hash }])
    await community.community.quiesce()
    expect(await seenBy(whole.hash)).toEqual(['ada', 'lin'])
  })

  test('is what its bytes say, or nothing', async () => {
    const page = Buffer.from('<!doctype html><script>alert(1)</script>')
    expect(await upload(ada, page, 'media')).toMatchObject({
      status: 422,
      field: 'file',
      reason: 'media.no_media',
    })
    expect(await upload(ada, page, 'captions')).toMatchObject({ status: 422, reason: 'media.no_captions' })
    expect(await upload(ada, Buffer.from('WEBVTT\n\n\0'), 'captions')).toMatchObject({
      reason: 'media.no_captions',
    })
    expect(await upload(ada, Buffer.from(captionsText), 'captions')).toMatchObject({ type: 'text/vtt' })
    for (const [bytes, type] of [
      [page, 'text/plain; charset=utf-8'],
      [Buffer.from('<svg onload="alert(1)"/>'), 'text/plain; charset=utf-8'],
      [Buffer.from('%PDF-1.4 …'), 'application/pdf'],
      [Buffer.from([0, 1, 2, 255]), 'application/octet-stream'],
    ] as const) {
      const { hash } = await upload(ada, bytes, 'file')
      const answer = await community.request(`/api/files/${hash}`, { as: ada })
      expect(answer.headers.get('content-type')).toBe(type)
      expect(answer.headers.get('content-disposition')).toBe('attachment')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    }
  })

  test('keeps to its bounds, and the community’s own', async () => {
    const owner = await community.member({ role: 'owner' })
    const asked = { name: 'a film', use: 'media', print: 'x' }
    const settings = { off: [], signUp: 'invite', opening: { to: 'members' } } as const
    await community.send(owner, 'accounts.configure_community', { ...settings, mediaMegabytes: 2 })
    expect(await ask(ada, 'POST', '', { ...asked, size: 2_000_001 })).toMatchObject({
      status: 413,
      field: 'size',
      reason: 'media.too_large',
      params: { megabytes: 2 },
    })
    expect(
      await ask(ada, 'POST', '', { ...asked, size: mediaBounds.captions + 1, use: 'captions' }),
    ).toMatchObject({ status: 413, field: 'size' })
    expect(await ask(reader, 'POST', '', { ...asked, size: 10 })).toMatchObject({ status: 403 })
    const { id } = await ask(ada, 'POST', '', { ...asked, size: 100 })
    expect(await ask(ada, 'PUT', `/${id}/0`, recording(101))).toMatchObject({ status: 422, field: 'part' })
    expect(await ask(ada, 'PUT', `/${id}/7`, recording(100))).toMatchObject({ status: 409, field: 'part' })
    expect(
      (
        await community.request(`/api/uploads/${id}/0`, {
          method: 'PUT',
          as: ada,
          body: new Uint8Array(part + 1),
        })
      ).status,
    ).toBe(413)
    await community.services.transact(async (tx) => {
      const others = {
        member_id: ada.id,
        name: '',
        size: 100,
        use_as: 'media',
        received: 0,
        at: tx.now,
      } as const
      const many = Array.from({ length: mediaBounds.aDay - 1 }, () => ({
        ...others,
        id: uuidv7(),
        print: uuidv7(),
      }))
      await db(tx).insertInto('media_begun').values(many).execute()
    })
    expect(await ask(ada, 'POST', '', { ...asked, size: 100, print: 'more' })).toMatchObject({
      status: 409,
      reason: 'media.too_many',
    })
  })
})

describe('a file is served', () => {
  test('in ranges that cross its parts, whole, by its tag, or not at all', async () => {
    const bytes = Buffer.concat([recording(part, 1), Buffer.alloc(700, 2)])
    const { hash } = await upload(ada, bytes, 'media')
    const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
      community.request(`/api/files/${hash}`, { as: ada, method, headers })
    const whole = await get()
    expect(whole.status).toBe(200)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('content-length')).toBe(String(bytes.byteLength))
    expect(whole.headers.get('cache-control')).toBe('private, no-cache')
    expect(whole.headers.get('content-disposition')).toBeNull()
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
    for (const [range, from, to] of [
      [`bytes=${part - 2}-${part + 1}`, part - 2, part + 1],
      ['bytes=0-0', 0, 0],
      ['bytes=-3', bytes.byteLength - 3, bytes.byteLength - 1],
      [`bytes=${part}-`, part, bytes.byteLength - 1],
      [`bytes=10-${bytes.byteLength * 2}`, 10, bytes.byteLength - 1],
    ] as const) {
      const answer = await get({ range })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to}/${bytes.byteLength}`)
      expect(answer.headers.get('content-length')).toBe(String(to - from + 1))
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(from, to + 1))).toBe(true)
    }
    const past = await get({ range: `bytes=${bytes.byteLength}-` })
    expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${bytes.byteLength}`])
    const etag = whole.headers.get('etag')!
    expect((await get({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
    expect((await get({ range: 'bytes=0-9', 'if-range': '"another"' })).status).toBe(200)
    expect((await get({ 'if-none-match': `W/"x", ${etag}` })).status).toBe(304)
    expect((await get({ range: 'bytes=0-1,4-5' })).status).toBe(200)
    const head = await get({}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.byteLength)])
    expect((await head.arrayBuffer()).byteLength).toBe(0)
    expect((await community.request(`/api/files/${hash}`, { as: lin })).status).toBe(404)
  })
})

describe('what belongs to a lesson', () => {
  test('is for those whom its text is for, follows when that changes, and goes with it', async () => {
    const { courseId, lessonId } = await course({ to: 'purchase' })
    const subject = `lesson:${lessonId}`
    const { hash } = await upload(ada, recording(), 'media')
    const captions = await upload(ada, Buffer.from(captionsText), 'captions')
    const code = await upload(ada, Buffer.from('let a = 1\n'), 'file')
    const list = {
      media: sound(hash),
      captions: [{ hash: captions.hash, lang: 'en' }],
      files: [file(code.hash, 'a.ts')],
    }
    expect(await community.send(ada, 'media.arrange', { subject, ...list })).toMatchObject({ ok: true })
    expect(await seenBy(hash)).toEqual(['ada'])
    expect((await community.feed(reader)).get('attachments')).toBeUndefined()
    expect((await community.feed(ada)).get('attachments')?.get(subject)).toEqual({
      media: { ...sound(hash), seconds: 12.3, type: 'audio/mpeg', size: 4_000 },
      captions: [{ hash: captions.hash, lang: 'en', size: captionsText.length }],
      files: [{ hash: code.hash, name: 'a.ts', type: 'text/plain; charset=utf-8', size: 10 }],
    })
    const lesson = { courseId, lessonId, chapterId: '', title: 'L', body: 'Words.', base: null }
    const row = (await community.feed(ada)).get('lessons')!.get(lessonId)
    const free = (on: boolean): Promise<unknown> =>
      community.send(ada, 'courses.save_lesson', { ...lesson, chapterId: row.chapterId, free: on })
    await free(true)
    expect(await seenBy(hash)).toEqual(['ada', 'lin', 'reader', 'guest'])
    expect(await seenBy(captions.hash)).toEqual(['ada', 'lin', 'reader', 'guest'])
    await free(false)
    expect(await seenBy(hash)).toEqual(['ada'])
    await community.send(ada, 'courses.remove_lesson', { courseId, lessonId })
    expect(await seenBy(hash)).toEqual([])
    expect(await isStored(hash)).toBe(false)
    await community.community.quiesce()
    expect(await partsStored()).toBe(0)
  })

  test('is arranged by whoever writes it, from what they uploaded or what is there', async () => {
    const owner = await community.member({ role: 'owner' })
    const { lessonId } = await course()
    const subject = `lesson:${lessonId}`
    const bytes = recording()
    const { hash } = await upload(lin, bytes, 'media')
    const named = { ...empty, subject, media: sound(hash) }
    expect(await community.send(lin, 'media.arrange', named)).toMatchObject({ reason: 'media.not_yours' })
    expect(await community.send(ada, 'media.arrange', named)).toMatchObject({
      field: 'media',
      reason: 'media.not_uploaded',
    })
    await upload(ada, bytes, 'media')
    expect(await community.send(ada, 'media.arrange', named)).toMatchObject({ ok: true })
    const text = await upload(owner, Buffer.from('text'), 'file')
    expect(
      await community.send(owner, 'media.arrange', { ...named, media: { ...sound(text.hash) } }),
    ).toMatchObject({ field: 'media', reason: 'media.no_media' })
    expect(
      await community.send(owner, 'media.arrange', { ...named, captions: [{ hash: text.hash, lang: 'en' }] }),
    ).toMatchObject({ field: 'captions', reason: 'media.no_captions' })
    expect(
      await community.send(owner, 'media.arrange', { ...named, files: [file(text.hash)] }),
    ).toMatchObject({
      ok: true,
    })
    expect(await community.send(ada, 'media.arrange', { ...empty, subject: 'lesson:none' })).toMatchObject({
      code: 'not_found',
    })
  })

  test('goes when no list names it any more, and at once; what was never shown, within a day', async () => {
    const one = await course()
    const other = await course()
    const { hash } = await upload(ada, recording(2 * part + 10), 'media')
    const forgotten = await upload(ada, Buffer.from('never shown'), 'file')
    for (const { lessonId } of [one, other]) {
      const named = { ...empty, subject: `lesson:${lessonId}`, media: sound(hash) }
      expect(await community.send(ada, 'media.arrange', named)).toMatchObject({ ok: true })
    }
    await community.send(ada, 'media.arrange', { ...empty, subject: `lesson:${one.lessonId}` })
    expect(await isStored(hash)).toBe(true)
    await community.send(ada, 'media.arrange', { ...empty, subject: `lesson:${other.lessonId}` })
    expect(await isStored(hash)).toBe(false)
    await community.community.quiesce()
    expect(await partsStored()).toBe(1)
    await begin(ada, recording(), 'media')
    community.clock.advance(26 * 3_600_000)
    await community.community.quiesce()
    expect(await isStored(forgotten.hash)).toBe(false)
    expect(await partsStored()).toBe(0)
    expect((await community.feed(ada)).get('uploads')?.size ?? 0).toBe(0)
  })
})

test('what somebody uploaded to show it stays when others have done with the same', async () => {
  const drafts = new Map<TestMember, string>()
  for (const author of [ada, lin]) {
    const id = uuidv7(community.clock.now)
    await community.send(author, 'articles.start_draft', { id, title: 'D', articleId: null })
    drafts.set(author, id)
  }
  const show = (author: TestMember, files: { hash: string; name: string }[]) =>
    community.send(author, 'media.arrange', { ...empty, subject: `article:${drafts.get(author)}`, files })
  const { hash } = await upload(ada, recording(), 'file')
  await show(ada, [file(hash)])
  community.clock.advance(1_000)
  await upload(lin, recording(), 'file')
  await show(ada, [])
  expect(await seenBy(hash)).toEqual(['lin'])
  await upload(ada, recording(), 'file')
  community.clock.advance(23 * 3_600_000)
  await upload(lin, recording(), 'file')
  community.clock.advance(2 * 3_600_000)
  await sweep(community.services)
  expect(await seenBy(hash)).toEqual(['lin'])
  expect(await show(lin, [file(hash)])).toMatchObject({ ok: true })
})

test('what belongs to an article is its authors’ until it is published, its readers’ then, and theirs again', async () => {
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'T', articleId: null })
  const { hash } = await upload(ada, Buffer.from('%PDF-1.4'), 'file')
  const named = { ...empty, subject: `article:${id}`, files: [file(hash)] }
  expect(await community.send(lin, 'media.arrange', named)).toMatchObject({ reason: 'media.not_yours' })
  expect(await community.send(ada, 'media.arrange', named)).toMatchObject({ ok: true })
  await community.send(ada, 'articles.share_draft', { id, memberId: lin.id, on: true })
  expect(await seenBy(hash)).toEqual(['ada', 'lin'])
  const details = { title: 'T', description: '', tags: [], lang: 'en', opening: { to: 'public' } } as const
  await community.send(ada, 'articles.publish', { draftId: id, ...details, body: 'Text.' })
  expect(await seenBy(hash)).toEqual(['ada', 'lin', 'reader', 'guest'])
  await community.send(ada, 'articles.withdraw', { id })
  expect(await seenBy(hash)).toEqual(['ada', 'lin'])
})

test('a file of which a part is lost is found by whoever examines the community', async () => {
  const { database } = community.services
  const files = async (): Promise<Finding | undefined> =>
    (await examine(database, { contracts, features })).find(({ what }) => what === 'files')
  await upload(ada, recording(part + 1), 'media')
  expect(await files()).toMatchObject({ ok: true })
  await database.kysely.deleteFrom('file_part').where('number', '=', 1).execute()
  expect(await files()).toMatchObject({ ok: false, detail: '1 are not whole' })
})
