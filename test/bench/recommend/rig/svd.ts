/** The peer that the project began with: scikit-learn's TruncatedSVD, or our own where there is none. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentVectors } from '#server/train/content.ts'
import type { SparseRows } from '#server/train/matrix.ts'
import { factorScorer, type Scorer } from './measure.ts'

const python = '/usr/bin/python3'

/** @returns the scorer and whose it is */
export function svdPeer(train: SparseRows, dimensions: number, seed = 0): { name: string; scorer: Scorer } {
  const folder = mkdtempSync(join(tmpdir(), 'truncated-svd-'))
  try {
    const [lists, vectors] = [join(folder, 'train.txt'), join(folder, 'vectors')]
    writeFileSync(lists, listsOf(train))
    const script = join(import.meta.dirname, 'svd.py')
    const args = [script, lists, train.columns, dimensions, seed, vectors].map(String)
    const { status, stdout } = spawnSync(python, args, { encoding: 'utf8' })
    if (status !== 0) {
      console.log(
        `  ${python} has no scikit-learn (Debian: python3-sklearn); compared with our own TruncatedSVD.`,
      )
      return { name: `our own TruncatedSVD(${dimensions})`, scorer: ownSvd(train, dimensions, seed) }
    }
    const bytes = readFileSync(vectors)
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    const scorer = factorScorer(
      all.subarray(0, train.rows * dimensions),
      all.subarray(train.rows * dimensions),
      dimensions,
    )
    return { name: `scikit-learn ${stdout.trim()} TruncatedSVD(${dimensions})`, scorer }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The members' vectors are singular vectors times values; an item's are the sums of its members', scaled back. */
function ownSvd(train: SparseRows, most: number, seed: number): Scorer {
  const { dimensions, vectors } = contentVectors(train, most, seed)
  const squares = new Float64Array(dimensions)
  const items = new Float64Array(train.columns * dimensions)
  for (let member = 0; member < train.rows; member++) {
    for (let k = 0; k < dimensions; k++) {
      const value = vectors[member * dimensions + k]!
      squares[k]! += value ** 2
      for (let at = train.start[member]!; at < train.start[member + 1]!; at++) {
        items[train.index[at]! * dimensions + k]! += value
      }
    }
  }
  for (let at = 0; at < items.length; at++) items[at]! /= squares[at % dimensions]! || 1
  return factorScorer(vectors, items, dimensions)
}

/** A line a member, `row item item …`. */
export function listsOf(met: SparseRows): string {
  return Array.from({ length: met.rows }, (_, row) =>
    [row, ...met.index.subarray(met.start[row]!, met.start[row + 1]!)].join(' '),
  ).join('\n')
}
