/** What has not reached the server, in Markdown that a person can read and keep. */
import * as Y from 'yjs'
import type { Database, RefusedText } from './database.ts'
import { loadLog, refusedKey, textOf, unsentRooms } from './update-log.ts'

/** Of a document: all of it, as it stands on this device, or what was refused of it. */
export interface UnsentText {
  room: string
  text: string
}

export async function unsentTexts(db: Database): Promise<UnsentText[]> {
  const texts: UnsentText[] = []
  for (const room of await unsentRooms(db)) {
    const doc = new Y.Doc()
    await loadLog(db, room, doc)
    texts.push({ room, text: textOf(doc) })
    doc.destroy()
  }
  for (const { value } of await db.meta.where('key').startsWith(refusedKey('')).toArray()) {
    const { room, text } = value as RefusedText
    texts.push({ room, text })
  }
  return texts.filter(({ text }) => text !== '')
}

export async function exportUnsent(db: Database): Promise<Blob> {
  const parts: string[] = []
  for (const entry of await db.outbox.orderBy('order').toArray()) {
    if (entry.state === 'saved' || entry.state === 'held') continue
    const why = entry.refusal ? `\n\n> ${entry.refusal.message}` : ''
    parts.push(
      `## ${entry.name} (${entry.state}, ${new Date(entry.at).toISOString()})${why}\n\n${readable(entry.input)}`,
    )
  }
  for (const room of await unsentRooms(db)) {
    const doc = new Y.Doc()
    await loadLog(db, room, doc)
    parts.push(`## ${room} (device)\n\n${textOf(doc)}`)
    doc.destroy()
  }
  for (const { value } of await db.meta.where('key').startsWith(refusedKey('')).toArray()) {
    const { room, text, refusal, at } = value as RefusedText
    parts.push(`## ${room} (refused, ${new Date(at).toISOString()})\n\n> ${refusal.message}\n\n${text}`)
  }
  return new Blob([`${parts.join('\n\n')}\n`], { type: 'text/markdown;charset=utf-8' })
}

/** Texts as they were written, the rest as JSON. */
function readable(input: unknown): string {
  if (typeof input !== 'object' || input === null) return JSON.stringify(input)
  const texts = Object.entries(input).filter(([, value]) => typeof value === 'string' && /\s/.test(value))
  const others = Object.fromEntries(
    Object.entries(input).filter(([key]) => !texts.some(([text]) => text === key)),
  )
  return [
    ...texts.map(([key, text]) => `**${key}**\n\n${text}`),
    `\`\`\`json\n${JSON.stringify(others, null, 2)}\n\`\`\``,
  ].join('\n\n')
}
