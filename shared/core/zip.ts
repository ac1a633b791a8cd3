/**
 * ZIP files without compression, written as they are read (PKWARE APPNOTE 6.3.10): what is in one is texts, and whoever
 * unpacks it needs nothing but what every system brings. Up to 4 GiB and 65,535 files.
 */

export interface ZipEntry {
  /** With `/` between its parts. */
  path: string
  bytes: Uint8Array
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const version = 20
/** Names are UTF-8. */
const flags = 0x0800

/** @param at when all of it was made, epoch ms; written in UTC. @throws RangeError where the format ends */
export async function* zip(entries: AsyncIterable<ZipEntry>, at: number): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = []
  const [time, date] = dosTime(at)
  let offset = 0
  for await (const { path, bytes } of entries) {
    const name = new TextEncoder().encode(path)
    const crc = crc32(bytes)
    const shared = [version, 2, flags, 2, 0, 2, time, 2, date, 2, crc, 4, bytes.length, 4, bytes.length, 4]
    const local = record([0x04034b50, 4, ...shared, name.length, 2, 0, 2], name)
    directory.push(
      record(
        [0x02014b50, 4, version, 2, ...shared, name.length, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 4, offset, 4],
        name,
      ),
    )
    offset += local.length + bytes.length
    if (offset > 0xffffffff || directory.length > 0xffff) throw new RangeError('too much for one ZIP file')
    yield local
    yield bytes
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0)
  yield* directory
  const count = directory.length
  yield record([0x06054b50, 4, 0, 2, 0, 2, count, 2, count, 2, size, 4, offset, 4, 0, 2], new Uint8Array(0))
}

/** Numbers, each followed by how many bytes it takes; little-endian. */
function record(fields: readonly number[], name: Uint8Array): Uint8Array {
  const length = fields.reduce((sum, width, i) => sum + (i % 2 === 1 ? width : 0), 0)
  const bytes = new Uint8Array(length + name.length)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i + 1] === 4) view.setUint32(at, fields[i]!, true)
    else view.setUint16(at, fields[i]!, true)
    at += fields[i + 1]!
  }
  bytes.set(name, at)
  return bytes
}

function dosTime(at: number): [time: number, date: number] {
  const moment = new Date(at)
  const years = Math.min(127, Math.max(0, moment.getUTCFullYear() - 1980))
  return [
    (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1),
    (years << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
  ]
}
