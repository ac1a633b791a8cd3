import type { Context } from 'hono'
import type { GenericSchema, InferOutput } from 'valibot'
import { refusalResponse } from '#server/core/http.ts'
import { parse } from '#shared/core/contract.ts'
import { type Result, refuse } from '#shared/core/result.ts'

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

export function tooMany(seconds: number): Response {
  return refusalResponse({
    code: 'too_many',
    message: `too many attempts; try again in ${seconds} seconds`,
    params: { seconds },
  })
}
