import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readTask, runFolder } from './folder.ts'
import type { Task } from './task.ts'

const folders: string[] = []

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'readers-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function read(format: string, files: Record<string, string>): Task {
  return readTask({ folder: folderOf(files), format, split: 1 })
}

/** Members' items by their written ids. */
function plain({ items }: Task, { start, index }: Task['train']): string[][] {
  return Array.from({ length: start.length - 1 }, (_, row) =>
    Array.from(index.subarray(start[row]!, start[row + 1]!), (item) => items[item]!.id).sort(),
  )
}

test('lists: members are matched by their number, whatever the order of the lines', () => {
  const task = read('lists', { 'train.txt': '7 1 2\r\n9 2\r\n', 'test.txt': '9 5\n7 2000000000\n\n' })
  expect(plain(task, task.train)).toEqual([['1', '2'], ['2']])
  expect(plain(task, task.held)).toEqual([['2000000000'], ['5']])
})

test('ncf: targets and the items to tell them from, with either training file', () => {
  const rest = {
    'test.rating': '0\t3\t5\t978\n1\t2\t3\t979\n',
    'test.negative': '(0,3)\t8\t9\n(1,2)\t7\t8\n',
  }
  const trainings: Record<string, string>[] = [
    { 'train.lists.txt': '0 1 2\n1 1\n' },
    { 'train.rating': '0\t1\t5\t1\n0\t2\t5\t2\n1\t1\t4\t3\n' },
  ]
  for (const train of trainings) {
    const task = read('ncf', { ...train, ...rest })
    expect(plain(task, task.train)).toEqual([['1', '2'], ['1']])
    expect(plain(task, task.held)).toEqual([['3'], ['2']])
    expect(task.against!.map((list) => Array.from(list, (item) => task.items[item]!.id))).toEqual([
      ['8', '9'],
      ['7', '8'],
    ])
  }
})

test('citeulike: empty lines are members with nothing, words and tags come from their own files', () => {
  const task = read('citeulike', {
    'P10/train_1.dat': '\n2 0 2\n',
    'P10/test_1.dat': '\n1 1\n',
    'mult.dat': '2 0:1 1:2\n1 1:1\n0\n',
    'vocabulary.dat': 'graph\nproof\n',
    'tag-item.dat': '2 0 1\n',
    'tags.dat': 'logic\n',
  })
  expect(plain(task, task.train)).toEqual([[], ['0', '2']])
  expect(task.items.map(({ text, tags }) => [text, tags])).toEqual([
    ['graph proof proof', ['logic']],
    ['proof', ['logic']],
    ['', []],
  ])
})

const rating = '0\t3\t5\t978\n'
const course = '{"mapped_id":1,"name":"A"}'

test.each([
  ['lists', { 'test.txt': '0 1\n' }, /missing: .*train\.txt/],
  ['lists', { 'train.txt': '', 'test.txt': '0 1\n' }, /train\.txt is empty/],
  ['lists', { 'train.txt': '0\n', 'test.txt': '0 1\n' }, /train\.txt has no interactions/],
  ['lists', { 'train.txt': '0 1\n1 x\n', 'test.txt': '0 1\n' }, /train\.txt:2: item 1 .*"x"/],
  ['lists', { 'train.txt': '-1 1\n', 'test.txt': '0 1\n' }, /train\.txt:1: the member .*"-1"/],
  ['lists', { 'train.txt': '0 99999999999\n', 'test.txt': '0 1\n' }, /item 1 99999999999 is out of range/],
  [
    'lists',
    { 'train.txt': '0 2\n', 'test.txt': '0 1\n', 'courses.jsonl': course },
    /item 2 is out of range, courses\.jsonl/,
  ],
  [
    'lists',
    { 'train.txt': '0 1\n', 'test.txt': '0 1\n', 'courses.jsonl': '{"mapped_id":1}' },
    /courses\.jsonl:1: name/,
  ],
  [
    'lists',
    { 'train.txt': '0 1\n', 'test.txt': '0 1\n', 'courses.jsonl': '{' },
    /courses\.jsonl:1: not JSON/,
  ],
  ['ncf', { 'test.rating': rating, 'test.negative': '(0,3)\t1\n' }, /none of|missing: .*train\.rating/],
  [
    'ncf',
    { 'train.lists.txt': '0 1\n', 'test.rating': rating, 'test.negative': '(0,4)\t1\n' },
    /should begin with \(0,3\)/,
  ],
  [
    'ncf',
    { 'train.lists.txt': '0 1\n', 'test.rating': rating, 'test.negative': '(0,3)\n' },
    /no items to tell/,
  ],
  [
    'ncf',
    { 'train.lists.txt': '0 1\n', 'test.rating': rating, 'test.negative': '(0,3)\t1\n(1,1)\t2\n' },
    /has 2 lines and test\.rating 1/,
  ],
  [
    'ncf',
    { 'train.lists.txt': '0 1\n', 'test.rating': '0\n', 'test.negative': '(0,3)\t1\n' },
    /should be member/,
  ],
  ['citeulike', { 'train_1.dat': '2 1\n', 'test_1.dat': '1 1\n' }, /train_1\.dat:1: says 2 items and has 1/],
  [
    'citeulike',
    { 'train_1.dat': '1 5\n', 'test_1.dat': '1 0\n', 'mult.dat': '0\n' },
    /item 1 5 is out of range \(0 to 0\)/,
  ],
  ['citeulike', { 'train_1.dat': '1 2000000000\n', 'test_1.dat': '1 0\n' }, /2000000000 is out of range/],
])('%s: what is wrong is said with its place (%#)', (format, files, message) => {
  expect(() => read(format, files as unknown as Record<string, string>)).toThrow(message)
})

test('a folder that is not there, an unknown format or argument is refused by name', async () => {
  await expect(runFolder(['--data', '/nowhere/at/all', '--format', 'lists'])).rejects.toThrow(
    '/nowhere/at/all',
  )
  await expect(runFolder(['--data', '/tmp', '--format', 'csv'])).rejects.toThrow('lists, ncf, citeulike')
  await expect(runFolder(['--format', 'lists'])).rejects.toThrow('--data')
  await expect(runFolder(['--data', '/tmp', '--format', 'lists', '--seeds', '1'])).rejects.toThrow('--seeds')
})
