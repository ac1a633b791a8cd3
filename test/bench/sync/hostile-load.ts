/**
 * Somebody who means harm: floods one room with updates that are refused (made to be expensive to read), or with such as
 * must be taken and are expensive to take (thousands of characters, each at another place). Comes back when thrown out.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { sleep } from './measure.ts'
import { enterRoom, type Target } from './room-client.ts'
import { randomBase } from './typing-load.ts'

export interface HostileOrder extends Target {
  room: string
  kind: 'refused' | 'taken'
  seconds: number
  /** Number of the session that it uses. */
  number: number
}

/** Updates that are under way at any time. */
const ahead = 4

/** @returns how many updates were sent. */
export async function flood(order: HostileOrder): Promise<number> {
  const end = performance.now() + order.seconds * 1_000
  const next = order.kind === 'refused' ? refusedUpdates() : takenUpdates()
  let sent = 0
  while (performance.now() < end) {
    let isOut = false
    const client = await enterRoom(order, order.room, order.number, {
      onFailed: () => {
        isOut = true
      },
    }).catch(() => undefined)
    while (client && !isOut && performance.now() < end) {
      if (client.waiting < ahead) {
        client.send(next())
        sent++
      }
      await sleep(1)
    }
    client?.leave()
    // A refusal throws nobody out, so what waits would stay: come in anew.
    await sleep(5)
  }
  return sent
}

/** Sixty clients in 60 KB, the last of them cut off: all of it has to be read to see that it is broken. */
function refusedUpdates(): () => Uint8Array {
  const doc = new Y.Doc()
  for (let client = 1; client <= 60; client++) {
    const other = new Y.Doc()
    other.clientID = client
    const text = other.getText('body')
    for (let i = 0; i < 100; i++) text.insert(0, 'x')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  }
  const whole = Y.encodeStateAsUpdate(doc)
  const broken = whole.subarray(0, whole.byteLength - 1)
  return () => broken
}

/** 4,000 characters an update, each put before the last: a struct each. */
function takenUpdates(): () => Uint8Array {
  const client = randomBase()
  let clock = 0
  return () => {
    const to = encoding.createEncoder()
    encoding.writeVarUint(to, 1)
    encoding.writeVarUint(to, 4_000)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, clock)
    for (let i = 0; i < 4_000; i++) {
      if (clock === 0) {
        encoding.writeUint8(to, 4)
        encoding.writeVarUint(to, 1)
        encoding.writeVarString(to, 'body')
      } else {
        encoding.writeUint8(to, 4 | 64)
        encoding.writeVarUint(to, client)
        encoding.writeVarUint(to, clock - 1)
      }
      encoding.writeVarString(to, 'x')
      clock++
    }
    encoding.writeVarUint(to, 0)
    return encoding.toUint8Array(to)
  }
}
