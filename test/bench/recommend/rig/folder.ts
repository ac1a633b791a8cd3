/**
 * `npm run bench -- recommend --data DIR --format lists|ncf|citeulike [--dimensions 64] [--min-members 1] [--split 1]`:
 * the product's own trainer over any folder in these formats. Settings are chosen on a validation part of the
 * training data; the test files are only read to judge the finished model.
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { trainInWorker } from '#server/train/in-worker.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { BenchRow } from '../../run.js'
import { readCiteulikeTask } from './citeulike.ts'
import { Absent, Unreadable, wholeNumber } from './files.ts'
import { readListsTask } from './lists.ts'
import { judge, type Measures, modelScorer, popularityScorer } from './measure.ts'
import { readNcfTask } from './ncf.ts'
import { svdPeer } from './svd.ts'
import { interactionsOf, type Task } from './task.ts'

const formats: Record<string, (folder: string, split: number) => Task> = {
  lists: readListsTask,
  ncf: readNcfTask,
  citeulike: readCiteulikeTask,
}

const seed = 1

export async function runFolder(args: string[]): Promise<BenchRow[]> {
  const options = optionsOf(args)
  const task = readTask(options)
  console.log(
    `${task.train.rows} members, ${task.items.length} items, ${task.train.index.length} interactions to learn ` +
      `from, ${task.held.index.length} held out.`,
  )
  for (const remark of task.remarks) console.log(remark)
  const start = performance.now()
  const trained = await trainInWorker(
    { items: task.items, interactions: interactionsOf(task.train, task.items) },
    { now: 0, seed, minMembers: options.minMembers, mostDimensions: options.dimensions },
    { heapMegabytes: 4096 },
  )
  const seconds = (performance.now() - start) / 1000
  if (!trained.ok) throw new Error(`Training: ${trained.error}`)
  const decoded = await decodeModel(trained.value.bytes)
  if (!decoded.ok) throw new Error(`The model: ${decoded.error}`)
  const { settings } = decoded.value
  console.log(`Settings, chosen on validation: ${JSON.stringify(settings)}.`)

  const ours = judge(task, modelScorer(decoded.value, task))
  const popular = judge(task, popularityScorer(task))
  const svd = svdPeer(task.train, Math.min(10, task.items.length - 1), seed)
  const size = `${task.train.rows}x${task.items.length}`
  const compared = (peer: string, theirs: Measures): BenchRow[] =>
    Object.entries(ours).map(([name, value]) => {
      const peerValue = theirs[name]!
      const ratio = peerValue > 0 ? value / peerValue : undefined
      return { bench: 'recommend', work: `${size} ${name}`, value, unit: '', peer, peerValue, ratio }
    })
  return [
    ...compared('popularity', popular),
    ...compared(svd.name, judge(task, svd.scorer)),
    { bench: 'recommend', work: `${size} choose, measure, train`, value: seconds, unit: 's' },
    {
      bench: 'recommend',
      work: `${size} model file, ${settings.dimensions} dimensions`,
      value: trained.value.bytes.length / 1000,
      unit: 'kB',
    },
  ]
}

interface FolderOptions {
  folder: string
  format: string
  dimensions: number
  minMembers: number
  split: number
}

function optionsOf(args: string[]): FolderOptions {
  const known = ['--data', '--format', '--dimensions', '--min-members', '--split']
  const given = new Map<string, string>()
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]!
    if (!known.includes(name)) throw new Error(`Unknown argument ${name}; there are ${known.join(', ')}`)
    if (args[at + 1] === undefined) throw new Error(`${name} needs a value`)
    given.set(name, args[at + 1]!)
  }
  const number = (name: string, usual: number): number =>
    given.has(name) ? Math.max(1, wholeNumber(given.get(name), 'arguments', 1, name)) : usual
  const format = given.get('--format') ?? ''
  if (!Object.hasOwn(formats, format)) {
    throw new Error(`--format should be one of ${Object.keys(formats).join(', ')}`)
  }
  if (!given.has('--data')) throw new Error('--data should say which folder')
  return {
    folder: resolve(given.get('--data')!),
    format,
    dimensions: number('--dimensions', 64),
    minMembers: number('--min-members', 1),
    split: number('--split', 1),
  }
}

export function readTask({
  folder,
  format,
  split,
}: Pick<FolderOptions, 'folder' | 'format' | 'split'>): Task {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`There is no folder ${folder}`)
  }
  try {
    return formats[format]!(folder, split)
  } catch (error) {
    if (error instanceof Absent || error instanceof Unreadable) throw new Error(error.message)
    throw error
  }
}
