/**
 * `train.txt` and `test.txt`: a line a member, `member item item …`; whole numbers from 0. `courses.jsonl`, when it is
 * there, says what the items are about (`mapped_id`, `name`, `about`, `fields`, `schools`, `teachers`,
 * `key_concepts`), and is then the whole catalogue.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { TrainItem } from '#server/train/train.ts'
import { linesOf, Unreadable, wholeNumber } from './files.ts'
import { matrixOf, type Pairs, places, plainItem, type Task } from './task.ts'

export function readListsTask(folder: string): Task {
  const files = { train: join(folder, 'train.txt'), test: join(folder, 'test.txt') }
  const courses = join(folder, 'courses.jsonl')
  const catalogue = existsSync(courses) ? readCourses(courses) : undefined
  const known = catalogue && new Set(catalogue.map(({ id }) => Number(id)))
  const train = readLists(files.train, known)
  const test = readLists(files.test, known)
  const members = places()
  const items = places()
  for (const { id } of catalogue ?? []) items.of(Number(id))
  const pairs = (lists: MemberList[]): Pairs => {
    const found: Pairs = { member: [], item: [] }
    for (const { member, items: met } of lists) {
      const row = members.of(member)
      for (const item of met) {
        found.member.push(row)
        found.item.push(items.of(item))
      }
    }
    return found
  }
  const [met, held] = [pairs(train), pairs(test)]
  const remarks = catalogue ? [] : ['No courses.jsonl: nothing is known about the items but who met them.']
  return {
    items: catalogue ?? items.ids().map(plainItem),
    train: matrixOf(met, members.size(), items.size()),
    held: matrixOf(held, members.size(), items.size()),
    cuts: { ndcg: [10], recall: [20] },
    remarks,
  }
}

export interface MemberList {
  member: number
  items: number[]
}

/** @param known the ids there are, when a catalogue says so */
export function readLists(file: string, known?: ReadonlySet<number>): MemberList[] {
  const lists = linesOf(file).flatMap((line, i) => {
    const [member, ...items] = line.trim().split(/\s+/)
    if (member === '') return []
    return [
      {
        member: wholeNumber(member, file, i + 1, 'the member'),
        items: items.map((field, at) => {
          const item = wholeNumber(field, file, i + 1, `item ${at + 1}`)
          if (known?.has(item) === false) {
            throw new Unreadable(
              `${file}:${i + 1}: item ${item} is out of range, courses.jsonl does not have it`,
            )
          }
          return item
        }),
      },
    ]
  })
  if (lists.every(({ items }) => items.length === 0)) throw new Unreadable(`${file} has no interactions`)
  return lists
}

const courseSchema = v.object({
  mapped_id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  name: v.string(),
  about: v.optional(v.string(), ''),
  fields: v.optional(v.array(v.string()), []),
  schools: v.optional(v.array(v.string()), []),
  teachers: v.optional(v.array(v.string()), []),
  key_concepts: v.optional(v.array(v.string()), []),
})

export function readCourses(file: string): TrainItem[] {
  const seen = new Set<number>()
  return linesOf(file).map((line, i) => {
    const at = `${file}:${i + 1}`
    let json: unknown
    try {
      json = JSON.parse(line)
    } catch {
      throw new Unreadable(`${at}: not JSON`)
    }
    const parsed = v.safeParse(courseSchema, json)
    if (!parsed.success) {
      const [issue] = parsed.issues
      throw new Unreadable(`${at}: ${v.getDotPath(issue) ?? 'the line'}: ${issue.message}`)
    }
    const course = parsed.output
    if (seen.has(course.mapped_id)) throw new Unreadable(`${at}: mapped_id ${course.mapped_id} comes twice`)
    seen.add(course.mapped_id)
    return {
      id: `${course.mapped_id}`,
      kind: 'course',
      tags: [...course.fields, ...course.teachers],
      at: 0,
      text: `${course.name}\n${[course.about, ...course.key_concepts].join(' ')}`,
      home: course.schools,
    }
  })
}
