import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { EventRow } from '#shared/features/events.ts'
import { openCommunity, type TestCommunity } from '../../../test/support/community.ts'
import { meetup } from '../../../test/support/meetup.ts'
import { subjectFor } from './subjects.ts'

const hour = 3_600_000
let community: TestCommunity

beforeEach(async () => {
  community = await openCommunity()
})
afterEach(() => community.close())

test('a notice says what a part of something is called, and leads to it', async () => {
  const ada = await community.member({ handle: 'ada' })
  const owner = await community.member({ role: 'owner' })
  const start = community.clock.now + 24 * hour
  const eventId = uuidv7()
  const sessionId = uuidv7()
  await community.send(owner, 'events.create', { eventId, ...meetup(start) })
  const talk = { title: 'Talk', abstract: '', start, end: start + hour, room: '', persons: [] }
  await community.send(owner, 'events.set_session', { eventId, sessionId, ...talk, capacity: null })
  const about = await community.services.read(async (reader) =>
    subjectFor(reader, await reader.viewerOf(ada.id), `session:${sessionId}`),
  )
  const { slug } = await community.services.read(
    async (reader) => (await reader.row<EventRow>('events', eventId))!,
  )
  expect(about).toEqual({ title: 'Talk', path: `/events/${slug}/${sessionId}` })
})
