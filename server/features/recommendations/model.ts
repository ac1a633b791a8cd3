/** The model's file, for whoever reads it without our client: the one that the asker's row on the feed announces. */
import type { Route } from '#server/core/feature.ts'
import { refusalResponse } from '#server/core/http.ts'
import type { Services } from '#server/core/services.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { ModelAudience, ModelRow } from '#shared/features/recommendations.ts'
import { db } from './tables.ts'

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/api/model',
    access: 'guest',
    async handle({ c, viewer, services }) {
      const audience = await audienceFor(viewer, services)
      const model = audience && (await services.read((reader) => reader.row<ModelRow>('models', audience)))
      if (!model) return refusalResponse({ code: 'not_found', message: 'no model has been trained yet' })
      const etag = `"${model.version}"`
      const headers = { etag, 'cache-control': 'private, no-cache', vary: 'cookie' }
      if (asksFor(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers })
      const { bytes } = await services.read((reader) =>
        db(reader)
          .selectFrom('recommendations_model')
          .select('bytes')
          .where('audience', '=', audience)
          .where('version', '=', model.version)
          .executeTakeFirstOrThrow(),
      )
      return new Response(new Uint8Array(bytes), {
        headers: { ...headers, 'content-type': 'application/octet-stream' },
      })
    },
  },
]

/** The model that knows most of what the viewer may see. */
async function audienceFor(viewer: Viewer, services: Services): Promise<ModelAudience | undefined> {
  for (const id of ['members', 'everyone'] as const)
    if (await services.access(viewer, { kind: 'row', table: 'models', id }, 'read')) return id
  return undefined
}

/** RFC 9110 §13.1.2; proxies that compress make tags weak. */
function asksFor(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
