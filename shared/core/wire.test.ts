import * as fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { expect, test } from 'vitest'
import {
  decodeCursor,
  decodeFrame,
  encodeAck,
  encodeClose,
  encodeCursor,
  encodeFeed,
  encodeNack,
  encodeOnChannel,
  encodeOpen,
  encodePosition,
  encodeSync,
  message,
  nameOfEpoch,
  parseRoom,
  type SocketFrame,
  staleReason,
  takenIn,
} from './wire.ts'

const seed = 20_261_122
const check = (property: fc.IRawProperty<unknown>): void =>
  fc.assert(property as never, { seed, numRuns: 500 })

const channel = fc.integer({ min: 1, max: 2 ** 31 })
const count = fc.maxSafeNat()
const bytes = fc.uint8Array({ maxLength: 300 })

test('what is said on the shared socket is read as it was said', () => {
  const frames = fc.oneof(
    fc.record({ kind: fc.constant('open' as const), channel, room: fc.string({ unit: 'binary' }) }),
    fc.record({
      kind: fc.constant('close' as const),
      channel,
      code: fc.integer({ min: 1000, max: 4999 }),
      reason: fc.string({ unit: 'binary' }),
    }),
    fc.record({ kind: fc.constant('feed' as const), text: fc.string({ unit: 'binary' }) }),
    fc.record({ kind: fc.constant('room' as const), channel, body: bytes }),
  )
  const encoded = (frame: SocketFrame): Uint8Array => {
    switch (frame.kind) {
      case 'open':
        return encodeOpen(frame.channel, frame.room)
      case 'close':
        return encodeClose(frame.channel, frame.code, frame.reason)
      case 'feed':
        return encodeFeed(frame.text)
      case 'room':
        return encodeOnChannel(frame.channel, frame.body)
    }
  }
  check(
    fc.property(frames, (frame) => {
      const read = decodeFrame(encoded(frame))
      expect(read.kind === 'room' ? { ...read, body: Uint8Array.from(read.body) } : read).toEqual(frame)
    }),
  )
})

test('messages of a room are what lib0 would have written', () => {
  const written = (write: (to: encoding.Encoder) => void): Uint8Array => {
    const to = encoding.createEncoder()
    write(to)
    return encoding.toUint8Array(to)
  }
  check(
    fc.property(fc.constantFrom(0 as const, 1 as const, 2 as const), bytes, (type, body) => {
      expect(encodeSync(type, body)).toEqual(
        written((to) => {
          encoding.writeVarUint(to, message.sync)
          encoding.writeVarUint(to, type)
          encoding.writeVarUint8Array(to, body)
        }),
      )
    }),
  )
  check(
    fc.property(count, count, (a, b) => {
      const ack = decoding.createDecoder(encodeAck(a))
      expect([decoding.readVarUint(ack), decoding.readVarUint(ack)]).toEqual([message.ack, a])
      const position = decoding.createDecoder(encodePosition(a, b))
      expect([1, 2, 3].map(() => decoding.readVarUint(position))).toEqual([message.position, a, b])
      const nack = decoding.createDecoder(encodeNack(a, { code: 'invalid', message: 'no' }))
      expect([decoding.readVarUint(nack), decoding.readVarUint(nack)]).toEqual([message.nack, a])
      expect(JSON.parse(decoding.readVarString(nack))).toEqual({ code: 'invalid', message: 'no' })
    }),
  )
})

test('bytes that are no frame are refused or read as one, and nothing else happens', () => {
  check(
    fc.property(bytes, (anything) => {
      let frame: SocketFrame | undefined
      try {
        frame = decodeFrame(anything)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
      if (frame) expect(['open', 'close', 'feed', 'room']).toContain(frame.kind)
    }),
  )
})

test('a room has one name, with or without its epoch', () => {
  const names = fc
    .tuple(fc.stringMatching(/^[a-z]{1,20}$/), fc.stringMatching(/^[\w./-]{1,60}$/))
    .map(([kind, id]) => `${kind}/${id}`)
  check(
    fc.property(names, fc.integer({ min: 1, max: 999_999_999 }), (room, epoch) => {
      expect(parseRoom(room)).toMatchObject({ room })
      expect(parseRoom(nameOfEpoch(room, epoch))).toMatchObject({ room, epoch })
    }),
  )
  check(
    fc.property(fc.string({ unit: 'binary' }), (anything) => {
      const name = parseRoom(anything)
      if (!name) return
      const again = name.epoch === undefined ? name.room : nameOfEpoch(name.room, name.epoch)
      expect(again).toBe(anything)
    }),
  )
  expect(parseRoom('notes/1~0')).toBeUndefined()
  expect(parseRoom('notes/1~2~3')).toBeUndefined()
})

test('a cursor is read as it was written, and anything else is none', () => {
  const positions = fc.record({
    epoch: fc.string({ unit: 'binary' }),
    at: fc.dictionary(
      fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
      fc.maxSafeInteger(),
      { noNullPrototype: true },
    ),
  })
  check(
    fc.property(positions, (position) => void expect(decodeCursor(encodeCursor(position))).toEqual(position)),
  )
  check(
    fc.property(fc.string(), (anything) => {
      const read = decodeCursor(anything)
      if (read) expect(Object.values(read.at).every(Number.isSafeInteger)).toBe(true)
    }),
  )
})

test('what an epoch had taken is read as it was said, and a number alone says nothing of it', () => {
  const taken = fc.array(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()), { maxLength: 20 })
  check(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), taken, (epoch, pairs) => {
      const said = staleReason(epoch, new Map(pairs))
      expect(takenIn(said)).toEqual(new Map(pairs))
      expect(Number.parseInt(said, 10)).toBe(epoch)
    }),
  )
  expect(takenIn('3')).toEqual(new Map())
  expect(takenIn('access ended')).toEqual(new Map())
})
