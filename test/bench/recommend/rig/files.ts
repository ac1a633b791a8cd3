/** Where the benchmarks' data lies, and reading it with faults that name file, line and field. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The data is not there: a case is passed over, and says so. */
export class Absent extends Error {}

/** The data is there and not what it should be. */
export class Unreadable extends Error {}

/** A folder of the shared data, or `Absent`. */
export function sharedFolder(name: string): string {
  const beside = join(import.meta.dirname, '../../../../../shared/data/interactions')
  const path = resolve(process.env.BENCH_INTERACTIONS ?? beside, name)
  if (!existsSync(path)) throw new Absent(`The data is absent: ${path}`)
  return path
}

/** Its lines, line feeds and a byte order mark taken off; empty lines at the end do not count. */
export function linesOf(file: string): string[] {
  if (!existsSync(file)) throw new Absent(`The file is missing: ${file}`)
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop()
  if (lines.length === 0) throw new Unreadable(`${file} is empty`)
  return lines
}

/** A count or number from 0, or a fault that says where and which field. */
export function wholeNumber(
  field: string | undefined,
  file: string,
  line: number,
  what: string,
  below = 2 ** 31,
): number {
  if (field === undefined || field === '') throw new Unreadable(`${file}:${line}: ${what} is missing`)
  const value = /^\d+$/.test(field) ? Number(field) : Number.NaN
  if (!Number.isSafeInteger(value)) {
    throw new Unreadable(
      `${file}:${line}: ${what} should be a whole number from 0, and is ${JSON.stringify(field)}`,
    )
  }
  if (value >= below)
    throw new Unreadable(`${file}:${line}: ${what} ${value} is out of range (0 to ${below - 1})`)
  return value
}
