/**
 * Real course enrolments (a MOOCCubeX sample beside the project): the file that a server would publish, trained
 * through the same door, ranks for members folded in from their training history; popularity is what it must beat.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { membersToAsk, modelQuality, popularityQuality } from '#server/train/evaluate.ts'
import { readLists } from '#server/train/formats.ts'
import { trainInWorker } from '#server/train/in-worker.ts'
import type { Interactions } from '#server/train/interactions.ts'
import { columnCounts, type SparseRows, sparseRows } from '#server/train/matrix.ts'
import type { TrainItem } from '#server/train/train.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import { scoresAlone, shownList } from '#shared/recommend/recommend.ts'
import type { BenchRow } from './run.js'

const data = join(import.meta.dirname, '../../../shared/data/interactions/mooc')

const courseSchema = v.object({
  mapped_id: v.number(),
  name: v.string(),
  about: v.string(),
  fields: v.array(v.string()),
  schools: v.array(v.string()),
  teachers: v.array(v.string()),
  key_concepts: v.array(v.string()),
})

export async function run(): Promise<BenchRow[]> {
  if (!existsSync(data)) throw new Error(`The data is absent: ${data}`)
  const items = readCourses()
  const interactions = readMembers('train.txt')
  const start = performance.now()
  const trained = await trainInWorker({ items, interactions }, { now: 0 })
  const seconds = (performance.now() - start) / 1000
  if (!trained.ok) throw new Error(`Training: ${trained.error}`)
  const { report, bytes } = trained.value
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(`The model: ${decoded.error}`)
  const model = decoded.value
  console.log(
    `Settings: ${JSON.stringify(model.settings)}; suppressed: ${JSON.stringify(report.suppressed)}.`,
  )

  const learnt = rowsFor(interactions, items)
  const held = rowsFor(readMembers('test.txt'), items)
  const asked = membersToAsk(held, held.rows, 1)
  const scores = modelQuality(model, learnt, held, asked, scoresAlone)
  const list = modelQuality(model, learnt, held, asked, shownList)
  const popularity = popularityQuality(columnCounts(learnt), learnt, held, asked)
  const size = `${learnt.rows}x${items.length}`
  const row = (work: string, value: number, peerValue: number): BenchRow => {
    const ratio = value / peerValue
    return { bench: 'mooc', work: `${size} ${work}`, value, unit: '', peer: 'popularity', peerValue, ratio }
  }
  const beats = (found: BenchRow): BenchRow => ({ ...found, aim: '>1', ok: found.ratio! > 1 })
  return [
    beats(row('ndcg@10', scores.ndcg10, popularity.ndcg10)),
    beats(row('recall@20', scores.recall20, popularity.recall20)),
    beats(row('ndcg@10 of the list as shown', list.ndcg10, popularity.ndcg10)),
    row('coverage@10 of the list as shown', list.coverage10, popularity.coverage10),
    { bench: 'mooc', work: `${size} choose, measure, train, in a thread`, value: seconds, unit: 's' },
    { bench: 'mooc', work: `${size} model file`, value: bytes.length / 1000, unit: 'kB' },
  ]
}

function readCourses(): TrainItem[] {
  return readFileSync(join(data, 'courses.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const course = v.parse(courseSchema, JSON.parse(line))
      return {
        id: `${course.mapped_id}`,
        kind: 'course',
        tags: [...course.fields, ...course.schools, ...course.teachers],
        at: 0,
        text: [course.name, course.about, ...course.key_concepts].join(' '),
      }
    })
}

function readMembers(file: string): Interactions {
  return readLists(readFileSync(join(data, file), 'utf8')).interactions
}

/** Both files list the members in the same order, so rows mean the same member in each. */
function rowsFor({ members, member, item, itemIds, weight }: Interactions, items: TrainItem[]): SparseRows {
  const place = new Map(items.map(({ id }, row) => [id, row]))
  const column = item.map((at) => place.get(itemIds[at]!)!)
  return sparseRows(members, items.length, member, column, weight, 1)
}
