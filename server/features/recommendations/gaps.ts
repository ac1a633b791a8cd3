/**
 * What is wanted and hardly there: topics that many members deal with, and that few articles and courses cover. From
 * what the server knows anyway and what members share; a topic of few members is not named at all.
 */
import type { Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import { type Gaps, itemKinds, itemOf, nameOf } from '#shared/features/recommendations.ts'
import { visibleRows } from './catalogue.ts'
import { pagesOf } from './met.ts'

const day = 86_400_000
const days = 180
/** No group under ten is shown. */
const leastMembers = 10
/** Above the average by this much, to be called a gap. */
const leastPressure = 1.5
const most = 10
const rowsAtOnce = 20_000

interface Topic {
  members: number
  questions: number
  articles: number
  courses: number
}

export async function gapsOf(reader: Reader, services: Services, atOnce = rowsAtOnce): Promise<Gaps> {
  const since = reader.now - days * day
  const { topics, tagsOf } = await readTopics(services, since)
  let member = ''
  let met = new Set<string>()
  const count = (): void => {
    for (const tag of met) topics.get(tag)!.members += 1
    met = new Set()
  }
  // Who writes about a topic covers it. Whoever is not here any more, or never was, wants nothing.
  for await (const page of pagesOf(reader, since, reader.now + 1, atOnce, ['written'])) {
    for (const { member_id, item } of page) {
      if (member_id.startsWith('external:')) continue
      if (member_id !== member) count()
      member = member_id
      for (const tag of tagsOf.get(item) ?? []) if (topics.has(tag)) met.add(tag)
    }
  }
  count()
  const known = [...topics].filter(([, { members }]) => members >= leastMembers)
  const pieces = ({ articles, courses }: Topic): number => Math.max(1, articles + courses)
  const all = known.reduce((sum, [, { members }]) => sum + members, 0)
  const average = all / (known.reduce((sum, [, topic]) => sum + pieces(topic), 0) || 1)
  const gaps = known
    .map(([tag, topic]) => ({ tag, ...topic, pressure: topic.members / pieces(topic) }))
    .filter(({ pressure }) => pressure >= leastPressure * average)
    .sort((a, b) => b.pressure - a.pressure || b.questions - a.questions || (a.tag < b.tag ? -1 : 1))
  return { days, leastMembers, topics: known.length, average, gaps: gaps.slice(0, most) }
}

/** A topic is what articles, courses, lessons and threads are tagged with: the track of a programme may be a room's name. */
async function readTopics(
  services: Services,
  since: number,
): Promise<{ topics: Map<string, Topic>; tagsOf: Map<string, readonly string[]> }> {
  const topics = new Map<string, Topic>()
  const tagsOf = new Map<string, readonly string[]>()
  for (const kind of itemKinds) {
    for (const { id, row } of await visibleRows(services, kind)) {
      const tags = itemOf(kind, id, row).tags.map((tag) => tag.toLowerCase())
      tagsOf.set(nameOf(kind, id), tags)
      if (kind === 'session' || kind === 'event') continue
      for (const tag of new Set(tags)) {
        const topic = topics.get(tag) ?? { members: 0, questions: 0, articles: 0, courses: 0 }
        if (kind === 'article') topic.articles += 1
        if (kind === 'course') topic.courses += 1
        if (kind === 'thread' && isOpenQuestion(row as ThreadRow, since)) topic.questions += 1
        topics.set(tag, topic)
      }
    }
  }
  return { topics, tagsOf }
}

function isOpenQuestion({ kind, acceptedPostId, createdAt }: ThreadRow, since: number): boolean {
  return kind === 'question' && acceptedPostId === null && createdAt >= since
}
