/**
 * A feature's contract: what it puts on the three pipes, in types that both halves must answer. Commands carry
 * a parser and a lane; rows the keys they are sorted by on the device; documents who writes them; facts and
 * queries their shapes. `server/features/<name>` and `client/features/<name>` implement it, and the compiler is
 * the checklist: a command without a handler or a document without an access rule does not compile.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: a contract is generic over inputs that only its own feature knows
import type { GenericIssue, GenericSchema, InferOutput } from 'valibot'
import { safeParse, strictObject } from 'valibot'
import type { OwnPart } from './own.ts'
import { type Refusal, type Result, unknownReason } from './result.ts'

export interface CommandContract<S extends GenericSchema = GenericSchema> {
  readonly input: S
  /**
   * Commands of one lane are sent in order, and one that keeps failing blocks only its lane
   * (usually the subject: `thread:<id>`).
   */
  readonly lane: (input: InferOutput<S>) => string
}

export interface RowContract<R = unknown> {
  /** Up to four fields by which the device can range over the table; numbers, strings or 0/1. */
  readonly sort: readonly (keyof R & string)[]
  /** Never set: carries the type. */
  readonly row?: R
}

export interface DocumentContract {
  /** `server`: changed only by commands, read-only on devices. `members`: co-edited. */
  readonly writers: 'server' | 'members'
  /**
   * The table of the row that carries it, of any feature; the row's id is the first part of the room's. Whoever may not
   * see the row may not open the room, and with the row devices drop their copy of what only the server writes.
   */
  readonly row?: string
  /** What each of its roots is; an update that puts anything else there is refused. */
  readonly roots?: Readonly<Record<string, 'text' | 'map' | 'array'>>
}

export interface QueryContract<S extends GenericSchema = GenericSchema, O = unknown> {
  readonly input: S
  readonly output?: O
}

export interface FactContract<T = unknown> {
  readonly fact?: T
}

export interface Contract {
  readonly name: string
  /** Features without which this one makes no sense: a community that does not use them does not use this. */
  readonly needs?: readonly string[]
  /** No community can do without it. */
  readonly always?: true
  readonly commands: Readonly<Record<string, CommandContract<any>>>
  readonly rows: Readonly<Record<string, RowContract<any>>>
  readonly documents: Readonly<Record<string, DocumentContract>>
  readonly queries: Readonly<Record<string, QueryContract<any, any>>>
  readonly facts: Readonly<Record<string, FactContract<any>>>
  /** What of a member's it holds, for "everything of mine". */
  readonly own?: OwnPart
}

export function defineContract<const C extends Contract>(contract: C): C {
  return contract
}

export function command<S extends GenericSchema>(
  input: S,
  lane: (input: InferOutput<S>) => string,
): CommandContract<S> {
  return { input, lane }
}

export function row<R>(...sort: (keyof R & string)[]): RowContract<R> {
  return { sort }
}

export function query<S extends GenericSchema, O>(input: S): QueryContract<S, O> {
  return { input }
}

/** The input of a query or command that takes none. */
export const nothing = strictObject({})

export function fact<T>(): FactContract<T> {
  return {}
}

export type InputOf<C> = C extends CommandContract<infer S> ? InferOutput<S> : never
export type RowOf<C> = C extends RowContract<infer R> ? R : never
export type FactOf<C> = C extends FactContract<infer T> ? T : never
export type QueryInputOf<C> = C extends QueryContract<infer S, any> ? InferOutput<S> : never
export type QueryOutputOf<C> = C extends QueryContract<any, infer O> ? O : never

/** Parses untrusted input; the refusal names the field and the rule, with the rule's own number. */
export function parse<S extends GenericSchema>(schema: S, input: unknown): Result<InferOutput<S>> {
  const parsed = safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return { ok: true, value: parsed.output }
  return { ok: false, error: refusalOf(parsed.issues[0]) }
}

const knownRules = new Set([
  'min_length',
  'max_length',
  'non_empty',
  'email',
  'url',
  'uuid',
  'picklist',
  'regex',
  'max_value',
  'min_value',
  'integer',
])

function refusalOf(issue: GenericIssue): Refusal {
  const field = issue.path?.map((item) => String(item.key)).join('.')
  const known = knownRules.has(issue.type) ? issue.type : 'wrong'
  const rule = Array.isArray(issue.input) ? known.replace('_length', '_items') : known
  // A field that the schema does not have.
  const isNew = issue.type === 'strict_object' && issue.expected === 'never'
  return {
    code: 'invalid',
    ...(field ? { field } : {}),
    message: issue.message,
    reason: isNew ? unknownReason : `core.invalid_${rule}`,
    ...(typeof issue.requirement === 'number' || typeof issue.requirement === 'bigint'
      ? { params: { limit: Number(issue.requirement) } }
      : {}),
  }
}
