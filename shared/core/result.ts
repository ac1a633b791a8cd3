/**
 * Expected failures are values. A `Result` carries either what was asked for or a `Refusal`: a closed code
 * for programs, the field it is about, a key of the dictionary for people, and an English message for
 * whoever reads the wire. Bugs throw; refusals never do.
 */

export const refusalCodes = [
  'invalid', // the input breaks a rule of its schema; `field` names it
  'unauthenticated', // no session, or one that ended: the outbox pauses
  'forbidden', // signed in, and not allowed
  'not_found',
  'conflict', // the world moved on (seat gone, name taken, version changed)
  'gone', // existed, and was removed for good
  'too_large',
  'too_many', // rate limit; try again after `params.seconds`
  'dependency', // a command that it was waiting for was refused
  'waiting', // a command that it depends on has not arrived yet: try again
  'upgrade', // the client is older than the server serves
  'unavailable', // overloaded, read-only or shutting down: try again
  'internal', // a bug: logged on the server, parked on the device
] as const

export type RefusalCode = (typeof refusalCodes)[number]

export interface Refusal {
  code: RefusalCode
  /** Path of the offending input field, dots between levels (`posts.0.body`). */
  field?: string
  /** English, for logs and API readers. */
  message: string
  /** A key of the dictionary that says it in the member's language; absent = the code's own words. */
  reason?: string
  params?: Record<string, string | number>
}

export type Result<T, E = Refusal> = { ok: true; value: T } | { ok: false; error: E }

export function ok(): Result<void, never>
export function ok<T>(value: T): Result<T, never>
export function ok<T>(value?: T): Result<T | undefined, never> {
  return { ok: true, value }
}

export function fail<E>(error: E): Result<never, E> {
  return { ok: false, error }
}

export function refuse(
  code: RefusalCode,
  message: string,
  more: Omit<Refusal, 'code' | 'message'> = {},
): Result<never, Refusal> {
  return fail({ code, message, ...more })
}

/** The reason of whoever does not know a command, or a part of its input: a client may be newer than its server. */
export const unknownReason = 'core.refused_unknown'

/** It was not looked at, so nothing is decided: the same may be asked again of a server that knows it. */
export function isUnknown(refusal: Pick<Refusal, 'reason'> | undefined): boolean {
  return refusal?.reason === unknownReason
}

/** A refusal that says nothing about the command itself: the client keeps it and tries again. */
export function isTransient(code: RefusalCode): boolean {
  return ['unauthenticated', 'waiting', 'too_many', 'unavailable', 'internal', 'upgrade'].includes(code)
}
