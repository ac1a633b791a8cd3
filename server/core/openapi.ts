/**
 * `/api/openapi.json`: the HTTP interface for people who write other clients, made from the same contracts that the
 * server enforces, so it cannot differ from them.
 */
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { refusalCodes } from '#shared/core/result.ts'
import type { Registry } from './feature.ts'

export function describeApi(registry: Registry, publicUrl: string): object {
  const features = Object.entries(registry.contracts)
  const commands = features.flatMap(([feature, contract]) =>
    Object.entries(contract.commands).map(([name, { input }]) => ({
      title: `${feature}.${name}`,
      type: 'object',
      required: ['id', 'name', 'input', 'at'],
      properties: {
        id: {
          type: 'string',
          format: 'uuid',
          description: 'UUIDv7; sending it again returns the stored result',
        },
        name: { const: `${feature}.${name}` },
        input: schema(input),
        after: {
          type: 'array',
          items: { type: 'string' },
          description: 'ids of commands that must have succeeded',
        },
        at: { type: 'integer', description: 'clock of the device, for display' },
      },
    })),
  )
  const queries = features.flatMap(([feature, contract]) =>
    Object.entries(contract.queries).map(([name, { input }]) => [
      `/api/queries/${feature}.${name}`,
      {
        get: operation(`Query ${feature}.${name}`, [
          { name: 'input', in: 'query', content: jsonOf(schema(input)) },
        ]),
      },
    ]),
  )
  const declared = Object.values(registry.features).flatMap((half) =>
    (half.routes ?? []).map((route) => [
      route.path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}'),
      route.method.toLowerCase(),
      operation(`For ${route.access === 'guest' ? 'everybody' : `role ${route.access}`}`),
    ]),
  ) as [string, string, object][]
  const paths: Record<string, Record<string, object>> = {
    '/api/commands': {
      post: {
        ...operation('Take a batch of commands, each once'),
        requestBody: {
          content: jsonOf({
            type: 'object',
            required: ['commands'],
            properties: {
              commands: { type: 'array', minItems: 1, maxItems: 100, items: { oneOf: commands } },
            },
          }),
        },
      },
    },
    '/api/feed': {
      get: operation('Rows that the viewer may see, since a cursor', [
        { name: 'cursor', in: 'query', schema: { type: 'string' } },
      ]),
    },
    '/api/files/{hash}': { get: operation('A file, in ranges if asked') },
    '/api/tickets': { post: operation('A single-use ticket for WS /sync?ticket=') },
    ...Object.fromEntries(queries),
  }
  for (const [path, method, described] of declared) paths[path] = { ...paths[path], [method]: described }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lyceum',
      version: '1',
      description: 'Documents travel over WS /sync as stock y-websocket messages.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: {
        Refusal: {
          type: 'object',
          required: ['code', 'message'],
          properties: {
            code: { enum: [...refusalCodes] },
            field: { type: 'string' },
            message: { type: 'string' },
            reason: { type: 'string' },
            params: { type: 'object' },
          },
        },
      },
    },
  }
}

const refusal = { description: 'Refused', content: jsonOf({ $ref: '#/components/schemas/Refusal' }) }

function operation(summary: string, parameters: object[] = []): object {
  return { summary, parameters, responses: { '200': { description: 'Done' }, default: refusal } }
}

function jsonOf(of: object): object {
  return { 'application/json': { schema: of } }
}

/** Transformations (trim, lower case) have no word in JSON Schema; what they are applied to has. */
function schema(of: GenericSchema): object {
  const { $schema: _, ...described } = toJsonSchema(of, { errorMode: 'ignore', typeMode: 'input' })
  return described
}
