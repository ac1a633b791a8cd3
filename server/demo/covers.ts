/** Covers of courses, drawn here out of discs, bars and waves: a night on call, and the tree of a query's plan. */
import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [red: number, green: number, blue: number]
type Paint = (x: number, y: number) => Colour

const width = 800
const height = 350

export const covers: Readonly<Record<string, () => Buffer>> = {
  'on-call': () => png(nightPaint()),
  'query-plans': () => png(treePaint()),
}

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const part = Math.max(0, Math.min(1, share))
  const at = (i: 0 | 1 | 2): number => from[i] + (to[i] - from[i]) * part
  return [at(0), at(1), at(2)]
}

/** Hills under a moon, and one window that is lit. */
function nightPaint(): Paint {
  const [above, below]: Colour[] = [
    [28, 34, 66],
    [92, 88, 138],
  ]
  // The nearest first.
  const hills: { top: number; wave: number; high: number; colour: Colour }[] = [
    { top: 306, wave: 260, high: 14, colour: [26, 29, 56] },
    { top: 268, wave: 210, high: 18, colour: [42, 45, 84] },
    { top: 232, wave: 300, high: 24, colour: [62, 64, 112] },
  ]
  return (x, y) => {
    const hill = hills.find(
      ({ top, wave, high }) => y > top + high * Math.sin((2 * Math.PI * x) / wave + top),
    )
    if (hill !== hills[0] && inHouse(x, y)) {
      return x > 391 && x < 411 && y > 274 && y < 296 ? [255, 196, 92] : [20, 22, 44]
    }
    if (hill) return hill.colour
    const sky = mix(above!, below!, y / 270)
    const moon = Math.hypot(x - 468, y - 108)
    if (moon < 46) return Math.hypot(x - 486, y - 96) < 40 ? mix(sky, [250, 238, 210], 0.16) : [250, 238, 210]
    const glow = mix(sky, [250, 238, 210], 0.34 * Math.exp(-(moon - 46) / 42))
    return stars.some(([sx, sy, r]) => Math.hypot(x - sx, y - sy) < r) ? [232, 230, 248] : glow
  }
}

function inHouse(x: number, y: number): boolean {
  if (x > 362 && x < 440 && y > 262 && y < 330) return true
  return y > 232 && y <= 262 && Math.abs(x - 401) < (y - 232) * 1.7
}

const stars: [x: number, y: number, radius: number][] = [
  [96, 70, 1.8],
  [178, 138, 1.4],
  [236, 44, 2],
  [322, 96, 1.6],
  [374, 34, 1.3],
  [566, 52, 1.7],
  [628, 128, 1.5],
  [702, 62, 2],
  [746, 148, 1.4],
]

/** What is asked stands above, what is read below; the way that is taken is warm. */
function treePaint(): Paint {
  const [ground, deep, line, node, warm]: Colour[] = [
    [226, 238, 232],
    [196, 220, 212],
    [120, 158, 148],
    [58, 108, 100],
    [226, 122, 66],
  ]
  const at: [x: number, y: number, size: number, taken: boolean][] = [
    [400, 70, 30, true],
    [306, 170, 25, true],
    [494, 170, 25, false],
    [256, 272, 21, false],
    [356, 272, 21, true],
    [444, 272, 21, false],
    [544, 272, 21, false],
  ]
  const edges: [from: number, to: number][] = [
    [0, 1],
    [0, 2],
    [1, 3],
    [1, 4],
    [2, 5],
    [2, 6],
  ]
  return (x, y) => {
    for (const [nx, ny, size, taken] of at) {
      const corner = Math.hypot(
        Math.max(0, Math.abs(x - nx) - size * 0.55),
        Math.max(0, Math.abs(y - ny) - size * 0.55),
      )
      if (corner < size * 0.45) return taken ? warm! : node!
    }
    for (const [from, to] of edges) {
      const taken = at[from]![3] && at[to]![3]
      if (toLine(x, y, at[from]!, at[to]!) < (taken ? 3.4 : 2.2)) return taken ? warm! : line!
    }
    return mix(ground!, deep!, (x * 0.35 + y) / 630)
  }
}

function toLine(
  x: number,
  y: number,
  [ax, ay]: readonly [number, number, ...unknown[]],
  [bx, by]: readonly [number, number, ...unknown[]],
): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** Where colours meet, a point is the mean of nine. */
function png(paint: Paint): Buffer {
  const points = Array.from({ length: width * height }, (_, i) =>
    paint((i % width) + 0.5, Math.floor(i / width) + 0.5),
  )
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (const [i, point] of points.entries()) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const meets = [i - 1, i + 1, i - width, i + width].some((next) => differs(point, points[next]))
    rows.set(meets ? meanOf(paint, x, y) : point, y * (1 + width * 3) + 1 + x * 3)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    mark,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function differs(one: Colour, other: Colour | undefined): boolean {
  return other !== undefined && one.some((part, i) => Math.abs(part - other[i]!) > 6)
}

const thirds = [1 / 6, 3 / 6, 5 / 6]

function meanOf(paint: Paint, x: number, y: number): number[] {
  const nine = thirds.flatMap((dy) => thirds.map((dx) => paint(x + dx, y + dy)))
  return [0, 1, 2].map((i) => nine.reduce((sum, colour) => sum + colour[i]!, 0) / 9)
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, sum])
}
