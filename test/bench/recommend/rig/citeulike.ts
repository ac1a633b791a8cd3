/**
 * CiteULike as its papers split it: `P10/train_1.dat` and `P10/test_1.dat` (or both beside the rest), a line a member,
 * `count item item …`. When they are there, `mult.dat` (a line an item: `count word:times …`), `vocabulary.dat` (a
 * word a line), `tag-item.dat` (a line a tag: `count item …`) and `tags.dat` say what the items are about, and
 * mult.dat's lines are the whole catalogue.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TrainItem } from '#server/train/train.ts'
import { linesOf, Unreadable, wholeNumber } from './files.ts'
import { matrixOf, type Pairs, type Task } from './task.ts'

/** @param split which of the published ones */
export function readCiteulikeTask(folder: string, split = 1): Task {
  const parts = existsSync(join(folder, 'P10')) ? join(folder, 'P10') : folder
  const about = readAbout(folder)
  const most = about?.length ?? 2 ** 31
  const train = readCounted(join(parts, `train_${split}.dat`), most)
  const test = readCounted(join(parts, `test_${split}.dat`), most)
  const items = about ?? itemsUpTo(train, test)
  const rows = Math.max(train.rows, test.rows)
  return {
    items,
    train: matrixOf(train.pairs, rows, items.length),
    held: matrixOf(test.pairs, rows, items.length),
    cuts: { ndcg: [10], recall: [50, 100, 300] },
    remarks: about ? [] : ['No mult.dat: nothing is known about the items but who met them.'],
  }
}

interface Counted {
  rows: number
  pairs: Pairs
}

/** Lines of `count item …`; an empty one, or a 0, is a row with nothing in it. */
function readCounted(file: string, below: number): Counted {
  const pairs: Pairs = { member: [], item: [] }
  const lines = linesOf(file)
  lines.forEach((line, row) => {
    const fields = line.trim() === '' ? ['0'] : line.trim().split(/\s+/)
    const count = wholeNumber(fields[0], file, row + 1, 'the count')
    if (fields.length - 1 !== count) {
      throw new Unreadable(`${file}:${row + 1}: says ${count} items and has ${fields.length - 1}`)
    }
    for (let at = 1; at < fields.length; at++) {
      pairs.member.push(row)
      pairs.item.push(wholeNumber(fields[at], file, row + 1, `item ${at}`, below))
    }
  })
  if (pairs.item.length === 0) throw new Unreadable(`${file} has no interactions`)
  return { rows: lines.length, pairs }
}

function itemsUpTo(...parts: Counted[]): TrainItem[] {
  let largest = 0
  for (const { pairs } of parts) for (const item of pairs.item) largest = Math.max(largest, item)
  if (largest >= largestCatalogue) {
    throw new Unreadable(`item ${largest} is out of range (0 to ${largestCatalogue - 1})`)
  }
  return Array.from({ length: largest + 1 }, (_, id) => itemOf(id, [], ''))
}

/** Rows are numbered by line or id, so one mistaken id must not claim all memory. */
const largestCatalogue = 10_000_000

function readAbout(folder: string): TrainItem[] | undefined {
  const mult = join(folder, 'mult.dat')
  if (!existsSync(mult)) return undefined
  const vocabulary = join(folder, 'vocabulary.dat')
  const words = existsSync(vocabulary) ? linesOf(vocabulary).map((word) => word.trim()) : undefined
  const texts = linesOf(mult).map((line, i) => {
    const [count, ...entries] = line.trim().split(/\s+/)
    if (wholeNumber(count, mult, i + 1, 'the count') !== entries.length) {
      throw new Unreadable(`${mult}:${i + 1}: says ${count} words and has ${entries.length}`)
    }
    return entries
      .flatMap((entry) => {
        const [word, times] = entry.split(':')
        const at = wholeNumber(word, mult, i + 1, 'a word', words?.length)
        const many = wholeNumber(times, mult, i + 1, "a word's count")
        return Array.from({ length: Math.min(many, 50) }, () => words?.[at] ?? `w${at}`)
      })
      .join(' ')
  })
  const tags = readTags(folder, texts.length)
  return texts.map((text, id) => itemOf(id, tags[id]!, text))
}

function readTags(folder: string, items: number): string[][] {
  const tags: string[][] = Array.from({ length: items }, () => [])
  const file = join(folder, 'tag-item.dat')
  if (!existsSync(file)) return tags
  const namesFile = join(folder, 'tags.dat')
  const names = existsSync(namesFile) ? linesOf(namesFile) : []
  const { pairs } = readCounted(file, items)
  pairs.item.forEach((item, i) => {
    tags[item]!.push(names[pairs.member[i]!] ?? `tag ${pairs.member[i]}`)
  })
  return tags
}

function itemOf(id: number, tags: string[], text: string): TrainItem {
  return { id: `${id}`, kind: 'article', tags, at: 0, text }
}
