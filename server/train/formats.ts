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

/**
 * CSV after RFC 4180, except that a quoted field ends with its line. The time is ISO 8601, or seconds or
 * milliseconds since 1970.
 */
export function readCsv(text: string): ReadInteractions {
  const builder = createInteractions()
  const problems: ReadInteractions['problems'] = []
  let lines = 0
  let number = 0
  for (const line of linesOf(text)) {
    number += 1
    if (line.trim() === '') continue
    const fields = fieldsOf(line)
    if (number === 1 && isHeader(fields)) continue
    lines += 1
    const problem = fields === undefined ? 'quotes' : addFields(fields)
    if (problem !== undefined) problems.push({ line: number, problem })
  }
  return { interactions: builder.build(), lines, problems }

  function addFields(fields: string[]): LineProblem | undefined {
    const [member = '', item = '', weight = '', time = ''] = fields
    if (fields.length < 2 || fields.length > 4) return 'columns'
    if (member === '') return 'member'
    if (item === '') return 'item'
    const itsWeight = weight === '' ? 1 : Number(weight)
    if (!(itsWeight > 0 && itsWeight < Number.POSITIVE_INFINITY)) return 'weight'
    const itsTime = time === '' ? Number.NaN : timeOf(time)
    if (time !== '' && Number.isNaN(itsTime)) return 'time'
    builder.add(member, item, itsWeight, itsTime)
    return undefined
  }
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
