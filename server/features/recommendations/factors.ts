/**
 * `lyceum import factors <file.parquet…>`: item vectors that another engine trained on an export, published as a
 * training of our own is. Columns: item (`article:<id>` …), vector (a list of numbers), and if there is one, bias.
 * Files come from outside and are believed nothing: one that holds something else is refused whole, by file and row.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet'
import type { ImportReport } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { GivenFactors } from '#server/train/given.ts'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { catalogueNames } from './catalogue.ts'
import { publishGiven, type Training } from './training.ts'

/** What the model's file takes. */
const mostDimensions = 512
/** Vectors in memory: 256 MB of them. */
const mostNumbers = 64 * 1024 * 1024
/** Of problems that are named one by one. */
const mostNamed = 20
const rowsAtOnce = 10_000

const compressors: Compressors = {
  GZIP: (input) => new Uint8Array(gunzipSync(input)),
  BROTLI: (input) => new Uint8Array(brotliDecompressSync(input)),
}

/** @param paths files, or folders of which every `*.parquet` is read, as Spark writes them */
export async function importFactors(services: Services, ...paths: string[]): Promise<ImportReport> {
  const report: ImportReport = { created: 0, updated: 0, unchanged: 0, skipped: [], remarks: [] }
  const read = await readFactors(await filesIn(paths))
  if (!read.ok) {
    report.skipped.push(read.error)
    return report
  }
  const names = await catalogueNames(services)
  const { given, strangers } = ofCatalogue(read.value, names)
  for (const item of strangers.slice(0, mostNamed))
    report.skipped.push({ what: item, why: 'names no item of the public catalogue' })
  if (strangers.length > mostNamed)
    report.skipped.push({
      what: `${strangers.length - mostNamed} more`,
      why: 'name no item of the public catalogue',
    })
  if (given.items.length === 0) {
    report.skipped.push({ what: 'the model', why: 'no vector is of an item that is here; it stays as it is' })
    return report
  }
  const training = await publishGiven(services, given)
  if (!training.published) {
    report.skipped.push({ what: 'the model', why: `${whyNot(training)}; it stays as it is` })
    return report
  }
  report.created = training.report.items - training.report.suppressed.items
  const { version, report: measured } = training
  report.remarks.push({ what: `model ${version.slice(0, 8)}`, why: `published${figures(measured)}` })
  const withText = measured.items - report.created
  if (withText > 0)
    report.remarks.push({
      what: `${withText} items`,
      why: `have no vector, or fewer than ${measured.suppressed.below} members met them: they stand where their text puts them`,
    })
  return report
}

type Unpublished = Training & { published: false }

const reasons: Record<Exclude<Unpublished['why'], 'refused'>, string> = {
  cancelled: 'it was cancelled',
  out_of_memory: 'there was not enough memory',
  empty_catalogue: 'there is nothing to recommend',
  too_few_given: 'too few of the items were met by enough members to use their vectors',
  busy: 'something else is being trained; try again later',
}

function whyNot(training: Unpublished): string {
  if (training.why !== 'refused') return reasons[training.why]
  const found = training.row.verdict.found.map(
    ({ reason, is, bound }) => `${reason} ${is.toFixed(3)} instead of ${bound.toFixed(3)}`,
  )
  return `it is worse than what serves (${found.join(', ')})`
}

function figures({ list, popularity }: (Training & { published: true })['report']): string {
  if (!list || !popularity) return ''
  const [own, popular] = [list, popularity].map(({ ndcg10 }) => ndcg10.toFixed(3))
  return `; NDCG@10 ${own}, most popular first ${popular} (flattering, if it was trained on all days: see README)`
}

type Problem = ImportReport['skipped'][number]

async function filesIn(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) files.push(path)
    else
      for (const name of (await readdir(path, { recursive: true })).sort())
        if (name.endsWith('.parquet')) files.push(join(path, name))
  }
  return files
}

/** All files together, or the first thing that is wrong with them. Exported for its tests. */
export async function readFactors(files: readonly string[]): Promise<Result<GivenFactors, Problem>> {
  if (files.length === 0) return fail({ what: 'factors', why: 'there is no .parquet file' })
  const items: string[] = []
  const seen = new Set<string>()
  let dimensions: number | undefined
  let vectors = new Float32Array(0)
  for (const path of files) {
    const what = basename(path)
    try {
      const file = await asyncBufferFromFile(path)
      const metadata = await parquetMetadataAsync(file)
      const wrong = wrongColumns(parquetSchema(metadata).children.map(({ element }) => element.name))
      if (wrong) return fail({ what, why: wrong })
      const hasBias = parquetSchema(metadata).children.some(({ element }) => element.name === 'bias')
      const columns = ['item', 'vector', ...(hasBias ? ['bias'] : [])]
      const rows = Number(metadata.num_rows)
      for (let from = 0; from < rows; from += rowsAtOnce) {
        const range = { rowStart: from, rowEnd: Math.min(rows, from + rowsAtOnce) }
        const read = await parquetReadObjects({ file, metadata, columns, compressors, ...range })
        for (const [i, row] of read.entries()) {
          const where = `${what}, row ${from + i + 1}`
          const checked = readRow(row, hasBias)
          if (typeof checked === 'string') return fail({ what: where, why: checked })
          const { item, numbers } = checked
          dimensions ??= numbers.length
          const named = { what: `${where} (${item})` }
          if (numbers.length !== dimensions)
            return fail({ ...named, why: `has ${numbers.length} dimensions and the first has ${dimensions}` })
          if (dimensions > mostDimensions)
            return fail({
              ...named,
              why: `has ${dimensions} dimensions; at most ${mostDimensions} are taken`,
            })
          if (seen.has(item)) return fail({ ...named, why: 'comes twice' })
          const at = items.length * dimensions
          if (at + dimensions > mostNumbers)
            return fail({ ...named, why: 'these are more vectors than are taken' })
          if (at + dimensions > vectors.length) {
            const grown = new Float32Array(Math.max(1024 * dimensions, vectors.length * 2))
            grown.set(vectors)
            vectors = grown
          }
          seen.add(item)
          items.push(item)
          vectors.set(numbers, at)
        }
      }
    } catch (error) {
      return fail({ what, why: `cannot be read as Parquet: ${(error as Error).message}` })
    }
  }
  if (dimensions === undefined) return fail({ what: 'factors', why: 'there is no row in them' })
  return ok({ dimensions, items, vectors: vectors.slice(0, items.length * dimensions) })
}

function wrongColumns(names: readonly string[]): string | undefined {
  if (['item', 'vector'].every((name) => names.includes(name))) return undefined
  return `has the columns ${names.join(', ') || '(none)'}; item and vector are needed (and bias is taken)`
}

/** A bias is one more dimension: how far a member goes along with it is folded in like everything else. */
function readRow(
  row: Record<string, unknown>,
  hasBias: boolean,
): { item: string; numbers: number[] } | string {
  const { item, vector, bias } = row
  if (typeof item !== 'string' || item === '') return 'the item is not a text'
  if (!Array.isArray(vector) && !ArrayBuffer.isView(vector))
    return `the vector of ${item} is not a list of numbers`
  const numbers = [...(vector as ArrayLike<unknown> & Iterable<unknown>), ...(hasBias ? [bias] : [])]
  if (numbers.length === (hasBias ? 1 : 0)) return `the vector of ${item} is empty`
  for (const [i, value] of numbers.entries()) {
    const name =
      hasBias && i === numbers.length - 1 ? `the bias of ${item}` : `the vector of ${item}, at ${i + 1},`
    if (typeof value !== 'number') return `${name} is not a number`
    // What is finite in 64 bits need not be in 32.
    if (!Number.isFinite(Math.fround(value))) return `${name} is ${value}, not a finite number`
  }
  return { item, numbers: numbers as number[] }
}

function ofCatalogue(
  all: GivenFactors,
  names: ReadonlySet<string>,
): { given: GivenFactors; strangers: string[] } {
  const { dimensions } = all
  const rows = [...all.items.keys()].filter((row) => names.has(all.items[row]!))
  const vectors = new Float32Array(rows.length * dimensions)
  for (const [to, row] of rows.entries())
    vectors.set(all.vectors.subarray(row * dimensions, (row + 1) * dimensions), to * dimensions)
  return {
    given: { dimensions, items: rows.map((row) => all.items[row]!), vectors },
    strangers: all.items.filter((item) => !names.has(item)),
  }
}
