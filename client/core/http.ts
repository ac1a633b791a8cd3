/**
 * One request for JSON, with three outcomes that callers must tell apart: an answer of the server's, a refusal of the
 * server's, or nothing that is from our server at all (no network, a captive portal, a proxy's error page).
 */
import { fail, ok, type Refusal, type Result, refusalCodes, refuse } from '#shared/core/result.ts'
import type { Surroundings } from './surroundings.ts'

export type Answer =
  | { kind: 'ok'; body: unknown }
  | { kind: 'refused'; status: number; refusal: Refusal; retryAfter?: number }
  | { kind: 'unreachable' }

const patience = 30_000

export async function requestJson(
  around: Surroundings,
  url: string,
  init: RequestInit = {},
): Promise<Answer> {
  const abort = new AbortController()
  const cancel = around.after(patience, () => abort.abort())
  try {
    const response = await around.fetch(around.origin + url, {
      credentials: 'same-origin',
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal: abort.signal,
    })
    const body: unknown = response.status === 204 ? null : await response.json()
    if (response.ok) return { kind: 'ok', body }
    const refusal = asRefusal(body)
    if (!refusal) return { kind: 'unreachable' }
    const seconds = Number(response.headers.get('retry-after') ?? refusal.params?.seconds)
    return {
      kind: 'refused',
      status: response.status,
      refusal,
      ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds * 1000 } : {}),
    }
  } catch {
    return { kind: 'unreachable' }
  } finally {
    cancel()
  }
}

export function postJson(
  around: Surroundings,
  url: string,
  body: unknown,
  init: RequestInit = {},
): Promise<Answer> {
  return requestJson(around, url, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })
}

export function resultOf(answer: Answer): Result<unknown> {
  if (answer.kind === 'ok') return ok(answer.body)
  if (answer.kind === 'refused') return fail(answer.refusal)
  return refuse('unavailable', 'the server cannot be reached', { reason: 'core.refused_unavailable' })
}

/** @returns undefined for anything that is not a refusal of ours. */
export function asRefusal(body: unknown): Refusal | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined
  const { code, message, field, reason, params } = body as Partial<Refusal>
  if (!refusalCodes.includes(code!)) return undefined
  return {
    code: code!,
    message: String(message ?? code),
    ...(typeof field === 'string' ? { field } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof params === 'object' && params !== null ? { params } : {}),
  }
}
