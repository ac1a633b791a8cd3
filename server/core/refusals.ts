/** Refusals as HTTP says them: the right status, JSON, and when to try again. */
import { type Refusal, refuse } from '#shared/core/result.ts'

const statusOf: Record<Refusal['code'], number> = {
  invalid: 422,
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
}

export function refusalResponse(refusal: Refusal): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  const seconds = refusal.params?.seconds
  if (refusal.code === 'too_many' || refusal.code === 'unavailable')
    headers.set('retry-after', String(seconds ?? 5))
  const status = refusal.reason === 'core.read_only' ? 507 : statusOf[refusal.code]
  return new Response(JSON.stringify(refusal), { status, headers })
}

export function refused(...of: Parameters<typeof refuse>): Response {
  const result = refuse(...of)
  return refusalResponse((result as { error: Refusal }).error)
}
