import { afterEach, beforeEach, expect, test } from 'vitest'
import { guest } from '#shared/core/viewer.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import type { NotesRow } from '#shared/features/notes.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember
let lin: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada', name: 'Ada' })
  lin = await community.member({ handle: 'lin', name: '林' })
  await community.services.transact(async (tx) => {
    await tx.publish('events', 'summit', {
      id: 'summit',
      slug: 'summit',
      title: 'Summit',
      access: 'public',
    } satisfies Partial<EventRow>)
    await tx.publish('sessions', 'talk', {
      id: 'talk',
      eventId: 'summit',
      title: 'A talk',
    } satisfies Partial<SessionRow>)
    await tx.publish('sessions', 'orphan', {
      id: 'orphan',
      eventId: 'gone',
      title: 'Lost',
    } satisfies Partial<SessionRow>)
  })
})
afterEach(() => community.close())

function append(text: string) {
  return (doc: import('yjs').Doc): void => {
    const body = doc.getText('body')
    body.insert(body.length, text)
  }
}

/** Lets the pause pass after which rows are derived. */
async function pause(): Promise<void> {
  community.clock.advance(10_000)
  await community.community.quiesce()
}

async function row(): Promise<NotesRow | undefined> {
  return (await community.feed(ada)).get('notes')?.get('talk')
}

test('members write and read; guests neither, even where the event is public', async () => {
  await community.write(ada, 'notes/talk', append('First.'))
  expect((await community.doc(lin, 'notes/talk')).getText('body').toString()).toBe('First.')
  await expect(community.doc(guest, 'notes/talk')).rejects.toThrow(NoAccess)
  await pause()
  expect((await community.feed()).get('notes')?.size ?? 0).toBe(0)
})

test('there are no notes without a session and its event', async () => {
  await expect(community.doc(ada, 'notes/nothing')).rejects.toThrow(NoAccess)
  await expect(community.doc(ada, 'notes/orphan')).rejects.toThrow(NoAccess)
})

test('the row follows the text: how it begins, how long it is, who wrote, in order', async () => {
  await community.write(lin, 'notes/talk', append('## 结论\n\n先写**本地**。\n'))
  await pause()
  const at = community.clock.now
  expect(await row()).toEqual({
    id: 'talk',
    eventId: 'summit',
    excerpt: '结论 先写本地。',
    words: 6,
    contributors: ['林'],
    updatedAt: at,
    sequence: 1,
  })
  await community.write(ada, 'notes/talk', append('\nAnd then sync.\n'))
  await pause()
  await community.write(lin, 'notes/talk', append('\n好。\n'))
  await pause()
  expect(await row()).toMatchObject({ contributors: ['林', 'Ada'], words: 10, sequence: 3 })
})

test('two who write in the same moment are both named', async () => {
  await Promise.all([
    community.write(ada, 'notes/talk', append('a')),
    community.write(lin, 'notes/talk', append('b')),
  ])
  await pause()
  expect((await row())?.contributors.toSorted()).toEqual(['Ada', '林'])
})

test('reading alone changes nothing, and is nobody’s contribution', async () => {
  await community.write(lin, 'notes/talk', append('x'))
  await pause()
  const before = await row()
  await community.doc(ada, 'notes/talk')
  await pause()
  expect(await row()).toEqual(before)
})
