/**
 * The split of the Neural Collaborative Filtering paper: `test.rating` (`member item rating time`, one line a member)
 * and `test.negative` (`(member,item)`, then items to tell it from), with `train.lists.txt` (`member item item …`) or
 * `train.rating` (`member item rating time`); whole numbers from 0.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf, Unreadable, wholeNumber } from './files.ts'
import { readLists } from './lists.ts'
import { matrixOf, type Pairs, places, plainItem, type Task } from './task.ts'

export function readNcfTask(folder: string): Task {
  const members = places()
  const items = places()
  const train = readTrain(folder)
  const met: Pairs = { member: train.member.map(members.of), item: train.item.map(items.of) }
  const test = readRatings(join(folder, 'test.rating'))
  const negatives = readNegatives(join(folder, 'test.negative'), test)
  const held: Pairs = { member: test.member.map(members.of), item: test.item.map(items.of) }
  const others = negatives.map((list) => Int32Array.from(list, items.of))
  const against: Int32Array[] = []
  const twice = new Set<number>()
  held.member.forEach((row, i) => {
    if (against[row] !== undefined) twice.add(test.member[i]!)
    against[row] = others[i]!
  })
  if (twice.size > 0)
    throw new Unreadable(`${join(folder, 'test.rating')}: member ${[...twice][0]} comes twice`)
  return {
    items: items.ids().map(plainItem),
    train: matrixOf(met, members.size(), items.size()),
    held: matrixOf(held, members.size(), items.size()),
    against,
    cuts: { ndcg: [10], recall: [10] },
    remarks: [],
  }
}

function readTrain(folder: string): Pairs {
  const lists = join(folder, 'train.lists.txt')
  if (!existsSync(lists)) return readRatings(join(folder, 'train.rating'))
  const pairs: Pairs = { member: [], item: [] }
  for (const { member, items } of readLists(lists)) {
    for (const item of items) {
      pairs.member.push(member)
      pairs.item.push(item)
    }
  }
  return pairs
}

function readRatings(file: string): Pairs {
  const pairs: Pairs = { member: [], item: [] }
  linesOf(file).forEach((line, i) => {
    const fields = line.trim().split(/[\t ]+/)
    if (fields.length < 2 || fields.length > 4) {
      throw new Unreadable(`${file}:${i + 1}: should be member, item, rating and time`)
    }
    pairs.member.push(wholeNumber(fields[0], file, i + 1, 'the member'))
    pairs.item.push(wholeNumber(fields[1], file, i + 1, 'the item'))
  })
  return pairs
}

function readNegatives(file: string, test: Pairs): number[][] {
  const lines = linesOf(file)
  if (lines.length !== test.member.length) {
    throw new Unreadable(`${file} has ${lines.length} lines and test.rating ${test.member.length}`)
  }
  return lines.map((line, i) => {
    const [pair, ...others] = line.trim().split(/[\t ]+/)
    const [, member, item] = /^\((\d+),(\d+)\)$/.exec(pair ?? '') ?? []
    if (Number(member) !== test.member[i] || Number(item) !== test.item[i]) {
      throw new Unreadable(
        `${file}:${i + 1}: should begin with (${test.member[i]},${test.item[i]}), as test.rating does, and begins with ${pair}`,
      )
    }
    if (others.length === 0) throw new Unreadable(`${file}:${i + 1}: no items to tell it from`)
    return others.map((field, at) => wholeNumber(field, file, i + 1, `item ${at + 1}`))
  })
}
