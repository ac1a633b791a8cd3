/**
 * The tap for what is only worth asking online: server search, histories, dashboards. Never needed to draw a page's
 * main content.
 */
import type { Result } from '#shared/core/result.ts'
import type { QueryInput, QueryName, QueryOutput } from '#shared/features/index.ts'
import { requestJson, resultOf } from './http.ts'
import type { Surroundings } from './surroundings.ts'

export interface Queries {
  /** Refused with `unavailable` when the server cannot be reached. */
  ask<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>>>
}

export function createQueries(around: Surroundings): Queries {
  return {
    async ask(name, input) {
      const question = encodeURIComponent(JSON.stringify(input))
      const result = resultOf(await requestJson(around, `/api/queries/${name}?input=${question}`))
      return (
        result.ok ? { ok: true, value: (result.value as { output: unknown }).output } : result
      ) as Result<never>
    },
  }
}
