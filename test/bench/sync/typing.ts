/** Updates as somebody makes them who types on at one place of a text (`body`), without the cost of a document. */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

export interface Typist {
  readonly client: number
  /** Characters typed so far. */
  readonly typed: number
  /** The next character, as a Yjs update (V1). */
  next(): Uint8Array
}

const contentString = 4
const hasOrigin = 128

export function createTypist(client: number): Typist {
  let clock = 0
  return {
    client,
    get typed() {
      return clock
    },
    next() {
      const to = encoding.createEncoder()
      encoding.writeVarUint(to, 1)
      encoding.writeVarUint(to, 1)
      encoding.writeVarUint(to, client)
      encoding.writeVarUint(to, clock)
      if (clock === 0) {
        encoding.writeUint8(to, contentString)
        encoding.writeVarUint(to, 1)
        encoding.writeVarString(to, 'body')
      } else {
        encoding.writeUint8(to, contentString | hasOrigin)
        encoding.writeVarUint(to, client)
        encoding.writeVarUint(to, clock - 1)
      }
      encoding.writeVarString(to, String.fromCharCode(97 + (clock % 26)))
      encoding.writeVarUint(to, 0)
      clock++
      return encoding.toUint8Array(to)
    },
  }
}

/** Which characters an update brings: client, first clock, clock after the last. */
export function typedIn(update: Uint8Array): [client: number, from: number, to: number][] {
  return Y.decodeUpdate(update).structs.map(({ id, length }) => [id.client, id.clock, id.clock + length])
}
