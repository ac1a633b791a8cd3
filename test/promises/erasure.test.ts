/** What was removed is gone: from the log, the file, the next backup, and from what old replicas can bring back. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { registry } from '#server/app.ts'
import { backUp } from '#server/core/backup.ts'
import { openSqlite } from '#server/core/db.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { closeCode } from '#shared/core/wire.ts'
import { pageMaps, threadRoom } from '#shared/features/discussions.ts'
import { NoAccess, openCommunity, type TestCommunity, type TestMember } from '../support/community.ts'

const canary = 'canary-7f31c2-swordfish'
const day = 86_400_000
let folder: string
let path: string
let community: TestCommunity
let ada: TestMember
let bob: TestMember

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-erasure-'))
  path = join(folder, 'lyceum.sqlite')
  community = await openCommunity({ database: openSqlite(path) })
  ada = await community.member()
  bob = await community.member({ role: 'moderator' })
})
afterEach(async () => {
  await community.close()
  rmSync(folder, { recursive: true })
})

async function openThread(body: string): Promise<{ threadId: string; postId: string; room: string }> {
  const threadId = uuidv7()
  const postId = uuidv7()
  const opened = await community.send(ada, 'discussions.open_thread', {
    threadId,
    postId,
    title: 'A thread',
    kind: 'talk',
    subject: null,
    tags: [],
    body,
  })
  expect(opened.ok).toBe(true)
  return { threadId, postId, room: threadRoom(threadId, 1) }
}

/** Files of the community, by name, in which the canary can be read. */
function filesWithCanary(): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(canary))
}

test('a deleted post is in no file of the community any more, and not in the next backup', async () => {
  const { threadId, room } = await openThread('An opening.')
  const postId = uuidv7()
  await community.send(ada, 'discussions.post', { threadId, postId, body: canary, replyTo: null })
  await community.send(ada, 'discussions.edit_post', { threadId, postId, body: `${canary}, edited` })
  expect(filesWithCanary()).not.toEqual([])
  const deleted = await community.send(ada, 'discussions.delete_post', { threadId, postId })
  expect(deleted.ok).toBe(true)
  await community.community.quiesce()
  expect(filesWithCanary()).toEqual([])
  await backUp(path, join(folder, 'backup'), registry)
  expect(filesWithCanary()).toEqual([])
  const doc = await community.doc(bob, room)
  expect(JSON.stringify(doc.getMap('posts').toJSON())).toContain('An opening.')
})

test('a thread whose only post is deleted leaves neither title nor words', async () => {
  const { threadId, postId } = await openThread(`text ${canary}`)
  await community.send(bob, 'discussions.delete_post', { threadId, postId })
  await community.community.quiesce()
  expect(filesWithCanary()).toEqual([])
})

test('erased bytes are gone after a restart, when the process died before it could empty the WAL', async () => {
  const { threadId, postId } = await openThread(canary)
  await community.send(bob, 'discussions.delete_post', { threadId, postId })
  // No tick has come; what a kill leaves behind is what is in the files now.
  const left = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const)
  await community.close()
  for (const [name, bytes] of left) writeFileSync(join(folder, name), bytes)
  rmSync(join(folder, 'lyceum.sqlite-shm'), { force: true })
  expect(filesWithCanary()).not.toEqual([])
  community = await openCommunity({ database: openSqlite(path) })
  await community.community.quiesce()
  expect(filesWithCanary()).toEqual([])
})

test('a replica of 90 days ago with the largest client id cannot bring a removed post back', async () => {
  const { threadId, room } = await openThread('An opening.')
  const postId = uuidv7()
  await community.send(ada, 'discussions.post', { threadId, postId, body: canary, replyTo: null })
  const replica = new Y.Doc()
  replica.clientID = 0xffffffff
  Y.applyUpdate(replica, Y.encodeStateAsUpdate(await community.doc(ada, room)))
  await community.send(bob, 'discussions.delete_post', { threadId, postId })
  community.clock.advance(90 * day)
  const { posts } = pageMaps(replica)
  posts.set(postId, { ...posts.get(postId)!, body: canary })

  // With its copy it is told that the history has ended; without, that it may not write.
  await expect(community.doc(ada, `${room}~1`)).rejects.toThrow(`${closeCode.stale} 2`)
  await expect(community.sendUpdate(ada, room, Y.encodeStateAsUpdate(replica))).rejects.toThrow(NoAccess)
  const fresh = await community.doc(bob, room)
  expect(JSON.stringify(fresh.getMap('posts').toJSON())).not.toContain(canary)
  await community.community.quiesce()
  expect(filesWithCanary()).toEqual([])
})

test('nor does one of notes that were re-based', async () => {
  await community.services.transact(async (tx) => {
    await tx.publish('events', 'summit', { id: 'summit', slug: 'summit', title: 'Summit', access: 'members' })
    await tx.publish('sessions', 'talk', { id: 'talk', eventId: 'summit', title: 'A talk' })
  })
  const room = 'notes/talk'
  const replica = new Y.Doc()
  replica.clientID = 0xffffffff
  replica.getText('body').insert(0, `${canary} and the agenda`)
  await community.sendUpdate(ada, room, Y.encodeStateAsUpdate(replica))
  await community.write(bob, room, (doc) => doc.getText('body').delete(0, canary.length + 5))
  await community.community.quiesce()
  await community.services.transact((tx) => tx.rebase(room).then(() => {}))
  community.clock.advance(90 * day)
  await expect(community.sendUpdate(ada, `${room}~1`, Y.encodeStateAsUpdate(replica))).rejects.toThrow(
    `${closeCode.stale} 2`,
  )
  expect((await community.doc(bob, room)).getText('body').toString()).toBe('the agenda')
  await community.community.quiesce()
  expect(filesWithCanary()).toEqual([])
})
