import type { Reader } from '#server/core/feature.ts'
import type { Translate, WordKey, WordParams } from '#shared/words/index.ts'
import { noticeRow } from './notices.ts'
import { subjectFor } from './subjects.ts'
import type { Tables } from './tables.ts'

/** A notice in words, for whoever may see what it is about now; `undefined` for those who may not. */
export async function sayNotice(
  reader: Reader,
  record: Tables['notifications_notice'],
  t: Translate,
): Promise<{ text: string; path: string } | undefined> {
  const subject = await subjectFor(reader, await reader.viewerOf(record.member_id), record.about)
  if (!subject) return undefined
  const { word, params } = noticeRow(record)
  return { text: oneLine(t(word, { ...said(params, t), title: subject.title })), path: subject.path }
}

/** Names and titles are members' words: in a mail they begin no lines of their own. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Parameters that are words of the dictionary themselves are said in the same language. */
function said(params: WordParams, t: Translate): WordParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[a-z]+\.[a-z_0-9]+$/.test(value) ? t(value as WordKey) : value,
    ]),
  )
}
