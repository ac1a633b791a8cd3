/**
 * What a lesson has besides its words: a recording that is made here out of clicks and beeps, its captions, a program,
 * and a sheet to print.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storeUpload } from '#server/features/media/index.ts'
import type { LessonRow } from '#shared/features/courses.ts'
import { contentFolder } from './content.ts'
import type { DemoPart } from './part.ts'

const day = 86_400_000
const folder = join(contentFolder, 'files')
const title = 'An alert worth waking for'
const author = 'maren'

export const files: DemoPart = ({ now, community, member, send, rows }) => [
  {
    at: now - 30 * day,
    async act() {
      const lesson = (await rows<LessonRow>('lessons')).find(({ data }) => data.title === title)
      if (!lesson) throw new Error(`no lesson ${title}`)
      const { id } = member(author)
      const put = (name: string, bytes: Uint8Array): Promise<string> =>
        storeUpload(community.services, id, name, bytes)
      const kept = async (path: string, name = path): Promise<string> =>
        put(name, await readFile(join(folder, path)))
      const sheet = await readFile(join(folder, 'before-you-write-an-alert.txt'), 'utf8')
      const nights = twoNights()
      await send(author, 'media.arrange', {
        subject: `lesson:${lesson.id}`,
        media: {
          hash: await put('two-nights.wav', nights.bytes),
          name: 'two-nights.wav',
          kind: 'audio',
          seconds: nights.seconds,
        },
        captions: [
          { hash: await kept('two-nights.en.vtt'), lang: 'en' },
          { hash: await kept('two-nights.zh.vtt'), lang: 'zh' },
        ],
        files: [
          { hash: await kept('count-alerts.txt', 'count-alerts.ts'), name: 'count-alerts.ts' },
          {
            hash: await put('before-you-write-an-alert.pdf', pdfOf(sheet)),
            name: 'before-you-write-an-alert.pdf',
          },
        ],
      })
    },
  },
]

const rate = 8_000
const hour = 2
const hours = 8

/** Hours after eleven at which each alert wakes somebody. */
const processor = [0.4, 1.1, 1.2, 2.4, 4.1, 4.3, 5.2, 5.9, 6.8, 7.4]
const readers = [3.5]

/** Two nights, one after the other, each an hour in two seconds. */
function twoNights(): { bytes: Uint8Array; seconds: number } {
  const [first, second] = [4, 23]
  const seconds = second + hours * hour + 4
  const wave = new Float64Array(seconds * rate)
  const sound = (at: number, length: number, pitch: number, loud: number): void => {
    for (let i = 0; i < length * rate; i++) {
      const place = Math.floor(at * rate) + i
      const fade = Math.exp((-4 * i) / (length * rate))
      wave[place] = wave[place]! + loud * fade * Math.sin((2 * Math.PI * pitch * i) / rate)
    }
  }
  sound(0.5, 1.2, 523, 0.3)
  sound(0.9, 1.6, 659, 0.3)
  for (const [begin, wakings] of [
    [first, processor],
    [second, readers],
  ] as const) {
    for (let n = 0; n <= hours; n++) sound(begin + n * hour, 0.05, 1_400, 0.2)
    for (const waking of wakings) {
      sound(begin + waking * hour, 0.18, 880, 0.6)
      sound(begin + waking * hour + 0.2, 0.25, 1_175, 0.6)
    }
  }
  sound(seconds - 3, 1.2, 659, 0.3)
  sound(seconds - 2.6, 2, 523, 0.3)
  return { bytes: wav(wave), seconds }
}

/** One channel of eight bits. */
function wav(wave: Float64Array): Uint8Array {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + wave.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(wave.length, 40)
  const samples = Uint8Array.from(wave, (value) => Math.round(128 + 120 * Math.max(-1, Math.min(1, value))))
  return Buffer.concat([head, samples])
}

/** A page of plain lines, the first of them large. */
function pdfOf(text: string): Uint8Array {
  const [first = '', ...lines] = text.trimEnd().split('\n')
  const quoted = (line: string): string => `(${line.replace(/[\\()]/g, '\\$&')})`
  const body = lines.map((line) => `${quoted(line)} Tj T*`).join('\n')
  const page = `BT /F1 20 Tf 60 770 Td ${quoted(first)} Tj ET\nBT /F1 11 Tf 18 TL 60 735 Td\n${body}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let whole = '%PDF-1.4\n'
  const places = objects.map((object, i) => {
    const at = whole.length
    whole += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${whole.length}\n%%EOF\n`
  return Buffer.from(whole + table + trailer, 'latin1')
}
