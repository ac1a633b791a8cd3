/**
 * The tap for what is only worth asking online: server search, histories, dashboards. Never needed to draw a page's
 * main content.
 */
import type { Result } from '#shared/core/result.ts'
import type { QueryInput, QueryName, QueryOutput } from '#shared/features/index.ts'

export interface Queries {
  /** Refused with `unavailable` when the server cannot be reached. */
  ask<N extends QueryName>(name: N, input: QueryInput<N>): Promise<Result<QueryOutput<N>>>
}
