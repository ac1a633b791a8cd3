/**
 * Members who speak the socket's protocol with bad intent: frames that were mutated, forged, cut short, or are nothing at
 * all, in rooms that they may write and in rooms that they may not. An honest member writes beside them and is served.
 */
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import {
  decodeFrame,
  encodeClose,
  encodeFeed,
  encodeOnChannel,
  encodeOpen,
  message,
} from '#shared/core/wire.ts'
import { mutate } from '../../support/mutants.ts'
import type { Person } from './founding.ts'
import type { Dice } from './random.ts'
import type { Target } from './target.ts'
import { decodeRoomMessage, encodeSync, syncStep } from './wire.ts'

export interface SocketsSent {
  frames: number
  connections: number
  /** Close code → how often. */
  closed: Record<string, number>
  opened: number
}

/** Connections that are attacking at the same time. */
const atOnce = 8
/** Frames of a connection, which ends earlier when the server has had enough. */
const perConnection = 60

/** Sends about so many frames. */
export async function attackSockets(target: Target, frames: number, dice: Dice): Promise<SocketsSent> {
  const sent: SocketsSent = { frames: 0, connections: 0, closed: {}, opened: 0 }
  const attackers = Array.from({ length: atOnce }, async (_, index) => {
    const own = dice.fork()
    while (sent.frames < frames) {
      const person = target.hostile[(index + own.below(4) * atOnce) % target.hostile.length]!
      await attack(target, person, own, sent)
    }
  })
  await Promise.all(attackers)
  return sent
}

interface Channel {
  number: number
  doc: Y.Doc
  /** Updates of its own, to be mutated. */
  honest: Uint8Array[]
}

function attack(target: Target, person: Person, dice: Dice, sent: SocketsSent): Promise<void> {
  const isStock = dice() < 0.15
  const rooms = chooseRooms(target, dice)
  const url = target.server.url.replace('http', 'ws')
  const path = isStock ? `/sync/${encodeURIComponent(rooms[0]!)}${dice() < 0.5 ? '?ack=1' : ''}` : '/sync'
  const socket = new WebSocket(`${url}${path}`, {
    headers: { cookie: person.cookie, origin: target.server.url },
    perMessageDeflate: false,
  })
  sent.connections++
  const channels: Channel[] = []
  const join = (number: number): void => {
    const channel: Channel = { number, doc: new Y.Doc(), honest: [] }
    channel.doc.on('update', (update: Uint8Array) => void channel.honest.push(update))
    channels.push(channel)
  }
  const put = (bytes: Uint8Array): void => {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(bytes)
    sent.frames++
  }
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => receive(data, isStock, channels, sent))
    socket.on('error', () => {})
    socket.on('close', (code) => {
      sent.closed[code] = (sent.closed[code] ?? 0) + 1
      for (const { doc } of channels) doc.destroy()
      resolve()
    })
    socket.on('open', () => {
      if (isStock) join(0)
      else {
        for (const [index, room] of rooms.entries()) {
          put(encodeOpen(index + 1, room))
          join(index + 1)
        }
      }
      for (const { number, doc } of channels) {
        const step = encodeSync(syncStep.one, Y.encodeStateVector(doc))
        put(number === 0 ? step : encodeOnChannel(number, step))
      }
      void bombard(socket, isStock, channels, dice, put).then(() => socket.close())
    })
  })
}

function receive(data: Buffer, isStock: boolean, channels: readonly Channel[], sent: SocketsSent): void {
  const frame = isStock ? { kind: 'room' as const, channel: 0, body: data } : decodeFrame(data)
  if (frame.kind !== 'room') return
  const heard = decodeRoomMessage(frame.body)
  const channel = channels.find(({ number }) => number === frame.channel)
  if (heard.kind !== 'sync' || heard.step === syncStep.one || !channel) return
  // What the server sends is sound, whatever others have sent to it.
  Y.applyUpdate(channel.doc, heard.bytes)
  if (heard.step === syncStep.two) sent.opened++
}

async function bombard(
  socket: WebSocket,
  isStock: boolean,
  channels: readonly Channel[],
  dice: Dice,
  put: (bytes: Uint8Array) => void,
): Promise<void> {
  const answered = (): Promise<void> =>
    new Promise((resolve) => {
      if (socket.readyState !== WebSocket.OPEN) return resolve()
      socket.once('pong', () => resolve())
      socket.once('close', () => resolve())
      socket.ping()
    })
  await answered()
  const length = 1 + dice.below(perConnection)
  for (let index = 0; index < length && socket.readyState === WebSocket.OPEN; index++) {
    // The last one may be what no client would send.
    const isLast = index === length - 1
    if (isStock) put(isLast && dice() < 0.5 ? garbage(dice) : roomBody(channels[0]!, dice))
    else put(isLast && dice() < 0.7 ? garbage(dice) : someFrame(channels, dice))
    if (index % 16 === 15) await answered()
  }
  if (dice() < 0.02 && socket.readyState === WebSocket.OPEN) socket.send('a text')
  await answered()
}

function chooseRooms({ rooms, ada }: Target, dice: Dice): string[] {
  return Array.from({ length: 1 + dice.below(4) }, () => {
    const kind = dice()
    if (kind < 0.6) return dice.pick(rooms.open)
    if (kind < 0.75) return dice.pick(rooms.readable)
    if (kind < 0.88) return dice.pick(rooms.closed)
    const name = dice.pick([...rooms.open, ...rooms.closed])
    return dice.pick([
      `${name}~${dice.below(5)}`,
      `${name}~99999999`,
      `${name}/`,
      name.replace('/', '//'),
      name.toUpperCase(),
      `me/${ada.id}/../${ada.id}/reading`,
      'notes/__proto__',
      'constructor/x',
      '',
      '/'.repeat(dice.below(300)),
      '\u0000',
    ])
  })
}

function someFrame(channels: readonly Channel[], dice: Dice): Uint8Array {
  const kind = dice()
  if (kind < 0.9) {
    const channel = dice.pick(channels)
    return encodeOnChannel(channel.number, roomBody(channel, dice))
  }
  if (kind < 0.93) return encodeClose(1 + dice.below(6), dice.below(5_000), 'x'.repeat(dice.below(50)))
  if (kind < 0.96)
    return encodeFeed(dice.pick(['', 'x', '!'.repeat(dice.below(5_000)), btoa('["a",{"b":1}]')]))
  return encodeOnChannel(7 + dice.below(90), roomBody(dice.pick(channels), dice))
}

/** Sound by its grammar, whatever it means. */
function roomBody(channel: Channel, dice: Dice): Uint8Array {
  const kind = dice()
  if (kind < 0.25) return encodeSync(syncStep.update, edit(channel, dice))
  if (kind < 0.75) {
    const update = hostileUpdate(channel, dice)
    return encodeSync(dice() < 0.7 ? syncStep.update : syncStep.two, update)
  }
  if (kind < 0.85) {
    const vector = dice() < 0.5 ? Y.encodeStateVector(channel.doc) : noise(dice, 40)
    return encodeSync(syncStep.one, vector)
  }
  return awareness(channel, dice)
}

/** An honest edit. Documents stay small, since what they hold is not what is tested. */
function edit({ doc, honest }: Channel, dice: Dice): Uint8Array {
  const text = doc.getText('body')
  const before = honest.length
  if (text.length > 200) text.delete(dice.below(100), 50 + dice.below(100))
  else text.insert(dice.below(text.length + 1), 'words '.repeat(1 + dice.below(4)))
  const update = honest[before]!
  if (honest.length > 40) honest.splice(0, 20)
  return update
}

function hostileUpdate(channel: Channel, dice: Dice): Uint8Array {
  if (channel.honest.length < 3) edit(channel, dice)
  const { doc, honest } = channel
  const clients = [...doc.store.clients.keys()]
  const ids = Array.from({ length: 4 }, () => {
    const client = dice.pick(clients)
    return { client, clock: dice.below(Y.getState(doc.store, client) + 2) }
  })
  const kind = dice()
  if (kind < 0.05) return noise(dice, 64)
  const from = kind < 0.2 ? Y.encodeStateAsUpdate(doc) : dice.pick(honest)
  try {
    return mutate(from, dice, honest, ids)
  } catch {
    // Not everything that Yjs writes can be taken apart again.
    return noise(dice, 64)
  }
}

function awareness({ doc }: Channel, dice: Dice): Uint8Array {
  const states = encoding.createEncoder()
  const count = dice.below(4)
  encoding.writeVarUint(states, dice() < 0.1 ? dice.below(2 ** 31) : count)
  for (let index = 0; index < count; index++) {
    encoding.writeVarUint(states, dice() < 0.5 ? doc.clientID : dice.below(2 ** 31))
    encoding.writeVarUint(states, dice() < 0.1 ? 2 ** 52 : dice.below(100))
    const state = dice.pick([
      '{}',
      'null',
      '{"user":{"name":"Ada"}}',
      '{',
      `"${'x'.repeat(dice.below(4_000))}"`,
    ])
    encoding.writeVarString(states, dice() < 0.05 ? '['.repeat(dice.below(1_000)) : state)
  }
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, dice() < 0.1 ? message.queryAwareness : message.awareness)
  encoding.writeVarUint8Array(to, encoding.toUint8Array(states))
  return encoding.toUint8Array(to)
}

function noise(dice: Dice, most: number): Uint8Array {
  return Uint8Array.from({ length: dice.below(most) }, () => dice.below(256))
}

/** No grammar at all, or one that lies about lengths. */
function garbage(dice: Dice): Uint8Array {
  const to = encoding.createEncoder()
  switch (dice.below(6)) {
    case 0:
      return noise(dice, 400)
    case 1:
      encoding.writeVarUint(to, 1 + dice.below(4))
      encoding.writeUint8Array(to, noise(dice, 100))
      break
    case 2:
      for (const number of [0, dice.pick([100, 101, 120, 123, 200]), dice.below(2 ** 31)])
        encoding.writeVarUint(to, number)
      encoding.writeUint8Array(to, noise(dice, 20))
      break
    case 3:
      for (const number of [1, message.sync, dice.below(4), 2 ** 40]) encoding.writeVarUint(to, number)
      break
    case 4:
      for (let index = 0; index < 12; index++) encoding.writeUint8(to, 255)
      break
    default:
      return new Uint8Array(dice() < 0.05 ? 1_200_000 : 0)
  }
  return encoding.toUint8Array(to)
}
