/**
 * Readers of the two text formats that interactions come in: CSV (`member,item[,weight[,time]]`, with or without a
 * header) and lists (`member item item …`, a line a member). A line that cannot be read is reported and skipped; it
 * never spoils the others.
 */
import { createInteractions, type Interactions } from './interactions.ts'

export type LineProblem = 'columns' | 'member' | 'item' | 'weight' | 'time' | 'quotes'

export interface ReadInteractions {
  interactions: Interactions
  /** Lines that were read, header and empty lines apart. */
  lines: number
  problems: { line: number; problem: LineProblem }[]
}

/** `member item item …`; a line with a member alone is a member who met nothing, and is passed over. */
export function readLists(text: string): ReadInteractions {
  const builder = createInteractions()
  let lines = 0
  for (const line of linesOf(text)) {
    const [member, ...items] = line.trim().split(/\s+/)
    if (member === undefined || member === '') continue
    lines += 1
    for (const item of items) builder.add(member, item)
  }
  return { interactions: builder.build(), lines, problems: [] }
}

export interface CsvLine {
  line: number
  member: string
  item: string
  weight: number
  /** ms since 1970; NaN when the line does not say. */
  at: number
}

export type CsvProblem = ReadInteractions['problems'][number]

/**
 * CSV after RFC 4180, except that a quoted field ends with its line. The time is ISO 8601, or seconds or
 * milliseconds since 1970.
 */
export function readCsv(text: string): ReadInteractions {
  const builder = createInteractions()
  const problems: CsvProblem[] = []
  let lines = 0
  for (const read of csvLines(text)) {
    lines += 1
    if ('problem' in read) problems.push(read)
    else builder.add(read.member, read.item, read.weight, read.at)
  }
  return { interactions: builder.build(), lines, problems }
}

/** Line by line, for whoever must know who the members are; header and empty lines apart. */
export function* csvLines(text: string): Generator<CsvLine | CsvProblem> {
  let line = 0
  for (const written of linesOf(text)) {
    line += 1
    if (written.trim() === '') continue
    const fields = fieldsOf(written)
    if (line === 1 && isHeader(fields)) continue
    yield readFields(line, fields)
  }
}

function readFields(line: number, fields: string[] | undefined): CsvLine | CsvProblem {
  if (fields === undefined) return { line, problem: 'quotes' }
  const [member = '', item = '', weight = '', time = ''] = fields
  if (fields.length < 2 || fields.length > 4) return { line, problem: 'columns' }
  if (member === '') return { line, problem: 'member' }
  if (item === '') return { line, problem: 'item' }
  const itsWeight = weight === '' ? 1 : Number(weight)
  if (!(itsWeight > 0 && itsWeight < Number.POSITIVE_INFINITY)) return { line, problem: 'weight' }
  const at = time === '' ? Number.NaN : timeOf(time)
  if (time !== '' && Number.isNaN(at)) return { line, problem: 'time' }
  return { line, member, item, weight: itsWeight, at }
}

function isHeader(fields: string[] | undefined): boolean {
  return fields !== undefined && /^(member|user)([_ ]?id)?$/i.test(fields[0] ?? '')
}

/** Before this many, a number is taken for seconds: as milliseconds it would lie in the first months of 1970. */
const firstMilliseconds = 1e11

function timeOf(field: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(field)) return Date.parse(field)
  const value = Number(field)
  return Math.abs(value) < firstMilliseconds ? value * 1000 : value
}

function* linesOf(text: string): Generator<string> {
  let from = text.startsWith('\uFEFF') ? 1 : 0
  while (from < text.length) {
    const end = text.indexOf('\n', from)
    const to = end === -1 ? text.length : end
    yield text.slice(from, text[to - 1] === '\r' ? to - 1 : to)
    from = to + 1
  }
}

/** Undefined when a quote stays open or text follows a closed one. */
function fieldsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim())
  const fields: string[] = []
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y
  for (;;) {
    const found = pattern.exec(line)
    if (found === null) return undefined
    fields.push(found[1] === undefined ? found[2]!.trim() : found[1].replaceAll('""', '"'))
    if (found[3] === '') return fields
  }
}
