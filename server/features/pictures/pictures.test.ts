import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import { pictureBounds } from '#shared/features/pictures.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

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

function png(text: string): { input: { hash: string; type: 'image/png'; bytes: string }; hash: string } {
  const bytes = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    Buffer.from(text),
  ])
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { input: { hash, type: 'image/png', bytes: bytes.toString('base64') }, hash }
}

function sees(viewer: Viewer, hash: string): Promise<boolean> {
  return community.services.access(viewer, { kind: 'file', hash }, 'read')
}

async function seenBy(hash: string): Promise<string[]> {
  const viewers: [string, Viewer][] = [
    ['ada', ada],
    ['lin', lin],
    ['reader', reader],
    ['guest', guest],
  ]
  const found = await Promise.all(
    viewers.map(async ([name, viewer]) => ((await sees(viewer, hash)) ? [name] : [])),
  )
  return found.flat()
}

test('a picture is its member’s alone until something that others may read shows it', async () => {
  const { input, hash } = png('one')
  expect(await community.send(ada, 'pictures.add', input)).toMatchObject({ ok: true, data: { hash } })
  expect(await community.send(ada, 'pictures.add', input)).toMatchObject({ ok: true })
  expect(await seenBy(hash)).toEqual(['ada'])

  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'T', articleId: null })
  const body = `![what](/api/files/${hash})`
  await community.write(ada, `draft/${id}`, (doc) => doc.getText('body').insert(0, body))
  await community.send(ada, 'articles.share_draft', { id, memberId: lin.id, on: true })
  // The server looks at a draft after a pause in the typing.
  community.clock.advance(10_000)
  await community.community.quiesce()
  expect(await seenBy(hash)).toEqual(['ada', 'lin'])

  const details = { title: 'T', description: '', tags: [], lang: 'en', opening: { to: 'public' } }
  await community.send(ada, 'articles.publish', { draftId: id, ...details, body })
  expect(await seenBy(hash)).toEqual(['ada', 'lin', 'reader', 'guest'])
  await community.send(ada, 'articles.withdraw', { id })
  expect(await seenBy(hash)).toEqual(['ada', 'lin'])
})

test('a post shows its author’s pictures as long as it stands, and nobody’s whose name it only knows', async () => {
  const { input, hash } = png('posted')
  await community.send(ada, 'pictures.add', input)
  const say = async (by: TestMember): Promise<{ threadId: string; postId: string }> => {
    const ids = { threadId: uuidv7(), postId: uuidv7() }
    const made = await community.send(by, 'discussions.open_thread', {
      ...ids,
      title: 'T',
      kind: 'talk',
      subject: null,
      tags: [],
      body: `See ![](/api/files/${hash})`,
    })
    expect(made).toMatchObject({ ok: true })
    return ids
  }
  await say(reader)
  expect(await seenBy(hash)).toEqual(['ada'])
  const ids = await say(ada)
  expect(await seenBy(hash)).toEqual(['ada', 'lin', 'reader'])
  await community.send(ada, 'discussions.edit_post', { ...ids, body: 'Without it.' })
  expect(await seenBy(hash)).toEqual(['ada'])
})

test('what is no picture, is too large, or says it is another is refused', async () => {
  const { input } = png('x')
  const svg = Buffer.from('<svg onload="alert(1)"/>')
  const named = (bytes: Buffer, type: string) => ({
    hash: createHash('sha256').update(bytes).digest('hex'),
    type,
    bytes: bytes.toString('base64'),
  })
  for (const wrong of [
    named(svg, 'image/png'),
    { ...input, type: 'image/jpeg' },
    { ...input, hash: '0'.repeat(64) },
  ]) {
    expect(await community.send(ada, 'pictures.add', wrong)).toMatchObject({
      ok: false,
      reason: 'pictures.no_picture',
    })
    expect(await seenBy(wrong.hash)).toEqual([])
  }
  expect(await community.send(ada, 'pictures.add', { ...input, type: 'image/svg+xml' })).toMatchObject({
    ok: false,
    code: 'invalid',
  })
  const large = png('y'.repeat(pictureBounds.bytes)).input
  expect(await community.send(ada, 'pictures.add', large)).toMatchObject({ ok: false })
})

test('so many a day and no more, and tomorrow again', async () => {
  for (let i = 0; i < pictureBounds.aDay; i++) await community.send(ada, 'pictures.add', png(`p${i}`).input)
  const more = png('more').input
  expect(await community.send(ada, 'pictures.add', more)).toMatchObject({
    ok: false,
    reason: 'pictures.too_many',
  })
  expect(await community.send(lin, 'pictures.add', more)).toMatchObject({ ok: true })
  community.clock.advance(86_400_001)
  expect(await community.send(ada, 'pictures.add', more)).toMatchObject({ ok: true })
})
