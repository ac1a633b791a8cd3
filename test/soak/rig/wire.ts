/** The messages of a room as a client writes and reads them, and JSON over HTTP on connections that are kept. */
import { Agent, request } from 'node:http'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { message } from '#shared/core/wire.ts'

export const syncStep = { one: 0, two: 1, update: 2 } as const

export function encodeSync(step: number, bytes: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, message.sync)
  encoding.writeVarUint(to, step)
  encoding.writeVarUint8Array(to, bytes)
  return encoding.toUint8Array(to)
}

export type RoomMessage =
  | { kind: 'sync'; step: number; bytes: Uint8Array }
  | { kind: 'ack'; count: number }
  | { kind: 'nack'; frame: number; refusal: string }
  | { kind: 'position'; epoch: number; sequence: number }
  | { kind: 'other' }

export function decodeRoomMessage(body: Uint8Array): RoomMessage {
  const from = decoding.createDecoder(body)
  switch (decoding.readVarUint(from)) {
    case message.sync:
      return { kind: 'sync', step: decoding.readVarUint(from), bytes: decoding.readVarUint8Array(from) }
    case message.ack:
      return { kind: 'ack', count: decoding.readVarUint(from) }
    case message.nack:
      return { kind: 'nack', frame: decoding.readVarUint(from), refusal: decoding.readVarString(from) }
    case message.position:
      return { kind: 'position', epoch: decoding.readVarUint(from), sequence: decoding.readVarUint(from) }
    default:
      return { kind: 'other' }
  }
}

export interface Answer {
  status: number
  headers: Record<string, unknown>
  body: unknown
}

export interface Http {
  get(path: string, cookie?: string): Promise<Answer>
  post(path: string, body: unknown, cookie?: string): Promise<Answer>
  close(): void
}

/** A busy machine is no broken promise: whoever is told to come back later does. @throws when the connection breaks. */
export function createHttp(url: string): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  function ask(method: string, path: string, cookie: string | undefined, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string> = { origin: url }
      if (cookie !== undefined) headers.cookie = cookie
      if (body !== undefined) headers['content-type'] = 'application/json'
      const asking = request(`${url}${path}`, { method, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('close', () => {
          if (!response.complete) return reject(new Error('the answer broke off'))
          const text = Buffer.concat(chunks).toString()
          let parsed: unknown = text
          try {
            parsed = JSON.parse(text)
          } catch {
            // Not everything is JSON.
          }
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed })
        })
      })
      asking.on('error', reject)
      asking.end(body)
    })
  }
  async function patiently(...asked: Parameters<typeof ask>): Promise<Answer> {
    for (;;) {
      const answer = await ask(...asked)
      if ((answer.body as { reason?: unknown } | null)?.reason !== 'core.refused_busy') return answer
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  return {
    get: (path, cookie) => patiently('GET', path, cookie),
    post: (path, body, cookie) => patiently('POST', path, cookie, JSON.stringify(body)),
    close: () => agent.destroy(),
  }
}
