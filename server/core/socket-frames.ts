/**
 * Frames of WebSocket messages as a server sends them (RFC 6455: binary, whole, not masked), made by ourselves: `ws`
 * hands header and message to the socket one by one, and makes them anew for each of a room of two hundred.
 */

const wholeBinary = 0x82
/** Larger ones are not copied behind their header. */
const copiedUpTo = 16 * 1_024

let lastMessage: Uint8Array | undefined
let lastFrame: Buffer | undefined

/** @returns what is to be written, in this order. What everybody in a room is sent, one after the other, is made once. */
export function frameOf(message: Uint8Array): Buffer[] | Buffer {
  if (message === lastMessage) return lastFrame!
  const { byteLength } = message
  if (byteLength > copiedUpTo) {
    return [headerOf(byteLength, 0), Buffer.from(message.buffer, message.byteOffset, byteLength)]
  }
  const frame = headerOf(byteLength, byteLength)
  frame.set(message, frame.byteLength - byteLength)
  lastMessage = message
  lastFrame = frame
  return frame
}

/** @param room bytes behind it */
function headerOf(length: number, room: number): Buffer {
  if (length < 126) {
    const frame = Buffer.allocUnsafe(2 + room)
    frame[1] = length
    frame[0] = wholeBinary
    return frame
  }
  const isShort = length < 65_536
  const frame = Buffer.allocUnsafe((isShort ? 4 : 10) + room)
  frame[0] = wholeBinary
  frame[1] = isShort ? 126 : 127
  if (isShort) frame.writeUInt16BE(length, 2)
  else frame.writeBigUInt64BE(BigInt(length), 2)
  return frame
}
