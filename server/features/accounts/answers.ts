/** How the routes before sign-in read a body and answer: a refusal is `{code, field?, message, reason?, params?}`. */
import type { Context } from 'hono'
import type { GenericSchema, InferOutput } from 'valibot'
import { parse } from '#shared/core/contract.ts'
import { type Refusal, type RefusalCode, type Result, refuse } from '#shared/core/result.ts'

const statuses = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  too_many: 429,
  dependency: 424,
  waiting: 425,
  upgrade: 426,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<RefusalCode, number>

export function refused(c: Context, refusal: Refusal): Response {
  const seconds = refusal.params?.['seconds']
  if (refusal.code === 'too_many' && seconds !== undefined) c.header('Retry-After', String(seconds))
  return c.json(refusal, statuses[refusal.code])
}

export async function bodyOf<S extends GenericSchema>(
  c: Context,
  schema: S,
): Promise<Result<InferOutput<S>>> {
  try {
    return parse(schema, await c.req.json())
  } catch {
    return refuse('invalid', 'the body is not JSON')
  }
}

export const tooMany = (seconds: number): Refusal => ({
  code: 'too_many',
  message: `too many attempts; try again in ${seconds} seconds`,
  params: { seconds },
})

/** The peer's own address; headers that anyone can write are not believed. */
export function addressOf(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return env?.incoming?.socket?.remoteAddress ?? 'unknown'
}
