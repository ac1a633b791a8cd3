/**
 * Mails: what a member has not read in the app, gathered; and once a week what happened. Each carries a link, and the
 * header of RFC 8058, by which it ends with one click and without signing in.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Reader, Route, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { type AccountRow, communityId } from '#shared/features/accounts.ts'
import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { EventRow } from '#shared/features/events.ts'
import { afterQuiet, type NoticeLevel, noticeTypes } from '#shared/features/notifications.ts'
import { type Translate, translate } from '#shared/words/index.ts'
import { oneLine, sayNotice } from './say.ts'
import { saveSettings, settingsOf, wants } from './settings.ts'
import { mayReadThread } from './subjects.ts'
import { db } from './tables.ts'

const week = 7 * 86_400_000
/** In one mail. */
const mostNotices = 20
const mostNews = 5

interface Letter {
  to: string
  subject: string
  text: string
  unsubscribe: string
}

/** Tells of what is unread, if it still is. */
export async function mailNotices(services: Services, { memberId }: { memberId: string }): Promise<void> {
  const letter = await services.transact(async (tx) => {
    const settings = await settingsOf(tx, memberId)
    const waiting = await db(tx)
      .selectFrom('notifications_notice')
      .selectAll()
      .where('member_id', '=', memberId)
      .where('mailed', '=', 0)
      .where('read_at', 'is', null)
      .orderBy('at')
      .execute()
    if (waiting.length === 0) return undefined
    // Before it is sent: a mail that is lost is better than one that comes again each hour.
    await db(tx)
      .updateTable('notifications_notice')
      .set({ mailed: 1 })
      .where('member_id', '=', memberId)
      .where('mailed', '=', 0)
      .execute()
    const account = await tx.row<AccountRow>('accounts', memberId)
    if (!account) return undefined
    const t = translate(account.language)
    const lines: string[] = []
    for (const record of waiting.slice(-mostNotices)) {
      if (!wants(settings, record.type as (typeof noticeTypes)[number], 'mail')) continue
      const said = await sayNotice(tx, record, t)
      if (said) lines.push(`${said.text}\n${services.env.publicUrl}${said.path}`)
    }
    if (lines.length === 0) return undefined
    const community = await nameOf(tx)
    const subject =
      lines.length === 1
        ? lines[0]!.split('\n')[0]!
        : t('notifications.mail_subject', { count: lines.length, community })
    return letterOf(services, t, memberId, account.email, 'notices', subject, lines)
  })
  if (letter) await send(services, letter)
}

function letterOf(
  services: Services,
  t: Translate,
  memberId: string,
  to: string,
  kind: MailKind,
  subject: string,
  parts: string[],
): Letter {
  const unsubscribe = unsubscribeUrl(services, memberId, kind)
  const text = [...parts, `—\n${t('notifications.mail_why')}\n${unsubscribe}`].join('\n\n')
  return { to, subject, text, unsubscribe }
}

async function send(services: Services, { to, subject, text, unsubscribe }: Letter): Promise<void> {
  await services.mail(to, subject, text, {
    'List-Unsubscribe': `<${unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  })
}

async function nameOf(reader: Reader): Promise<string> {
  return (await reader.row<{ name: string }>('community', communityId))?.name ?? 'Lyceum'
}

/** Monday morning, by the server's clock; each member's own after their quiet hours. */
export async function planDigest(tx: Tx): Promise<void> {
  const at = new Date(tx.now)
  at.setUTCHours(6, 0, 0, 0)
  at.setUTCDate(at.getUTCDate() + ((8 - at.getUTCDay()) % 7))
  if (at.getTime() <= tx.now) at.setUTCDate(at.getUTCDate() + 7)
  await tx.later('notifications.digests', {}, { at: at.getTime(), key: 'notifications.digests' })
}

/** Asks for each member's digest. */
export async function digests(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    await planDigest(tx)
    for (const { id, data } of await tx.rows<AccountRow>('accounts')) {
      const { digest, quiet } = await settingsOf(tx, id)
      if (digest === 'off') continue
      const at = afterQuiet(quiet, tx.now, data.timeZone)
      await tx.later('notifications.digest', { memberId: id }, { at, key: `notifications.digest:${id}` })
    }
  })
}

export async function digest(services: Services, { memberId }: { memberId: string }): Promise<void> {
  const letter = await services.transact(async (tx) => {
    const settings = await settingsOf(tx, memberId)
    const account = await tx.row<AccountRow>('accounts', memberId)
    const last = await db(tx)
      .selectFrom('notifications_settings')
      .select('digest_at')
      .where('member_id', '=', memberId)
      .executeTakeFirst()
    // A job may run twice.
    if (!account || settings.digest === 'off' || (last?.digest_at ?? 0) > tx.now - week / 2) return undefined
    await saveSettings(tx, memberId, {})
    await db(tx)
      .updateTable('notifications_settings')
      .set({ digest_at: tx.now })
      .where('member_id', '=', memberId)
      .execute()
    const t = translate(account.language)
    const parts = await newsFor(tx, services, memberId, t)
    if (parts.length === 0) return undefined
    const subject = t('notifications.digest_subject', { community: await nameOf(tx) })
    return letterOf(services, t, memberId, account.email, 'digest', subject, parts)
  })
  if (letter) await send(services, letter)
}

/** What happened in a week, as far as the member may see it. */
async function newsFor(tx: Tx, services: Services, memberId: string, t: Translate): Promise<string[]> {
  const viewer = await tx.viewerOf(memberId)
  if (viewer.id === null) return []
  const seen = async <R>(table: string): Promise<{ id: string; data: R }[]> => {
    const readable = await tx.readable(viewer, table)
    return (await tx.rows<R>(table)).filter(({ id }) => readable.has(id))
  }
  const since = tx.now - week
  const line = (title: string, path: string): string => `${oneLine(title)}\n${services.env.publicUrl}${path}`
  const section = (head: string, lines: string[]): string[] =>
    lines.length > 0 ? [head, ...lines.slice(0, mostNews)] : []
  const articles = (await seen<ArticleRow>('articles'))
    .filter(({ data }) => data.publishedAt > since && data.authorId !== memberId)
    .sort((a, b) => b.data.publishedAt - a.data.publishedAt)
  const lively = (await seen<ThreadRow>('threads'))
    .filter(({ data }) => data.lastPostAt > since && data.title !== '')
    .sort((a, b) => b.data.posts - a.data.posts)
  const threads: typeof lively = []
  for (const one of lively) {
    if (threads.length === mostNews) break
    if (await mayReadThread(tx, viewer, one.data)) threads.push(one)
  }
  const events = (await seen<EventRow>('events'))
    .filter(({ data }) => data.start > tx.now && data.start < tx.now + 2 * week)
    .sort((a, b) => a.data.start - b.data.start)
  return [
    ...section(
      t('notifications.digest_articles'),
      articles.map(({ data }) => line(data.title, articlePath(data))),
    ),
    ...section(
      t('notifications.digest_threads'),
      threads.map(({ id, data }) => line(data.title, `/discuss/${id}`)),
    ),
    ...section(
      t('notifications.digest_events'),
      events.map(({ data }) => line(data.title, `/events/${encodeURIComponent(data.slug)}`)),
    ),
  ]
}

const mailKinds = ['notices', 'digest'] as const
type MailKind = (typeof mailKinds)[number]

export function unsubscribeUrl(services: Services, memberId: string, kind: MailKind): string {
  const seal = sealOf(services, memberId, kind)
  return `${services.env.publicUrl}/api/unsubscribe?m=${memberId}&k=${kind}&s=${seal}`
}

function sealOf(services: Services, memberId: string, kind: MailKind): string {
  return createHmac('sha256', services.env.secret)
    .update(`unsubscribe:${kind}:${memberId}`)
    .digest('base64url')
}

/** GET shows what a click will end (programs follow links in mails); POST ends it. */
export const routes: readonly Route[] = (['GET', 'POST'] as const).map((method) => ({
  method,
  path: '/api/unsubscribe',
  access: 'guest',
  rate: 30,
  async handle({ c, services }) {
    const memberId = c.req.query('m') ?? ''
    const kind = mailKinds.find((one) => one === c.req.query('k'))
    const seal = Buffer.from(c.req.query('s') ?? '')
    const due = Buffer.from(sealOf(services, memberId, kind ?? 'notices'))
    const isOurs = kind !== undefined && seal.length === due.length && timingSafeEqual(seal, due)
    const account = isOurs
      ? await services.read((reader) => reader.row<AccountRow>('accounts', memberId))
      : null
    const t = translate(account?.language ?? 'en')
    if (!kind || !account)
      return c.json({ code: 'not_found', message: t('notifications.unsubscribe_unknown') }, 404)
    if (method === 'POST') {
      await services.transact((tx) => end(tx, memberId, kind))
      return c.html(page(t('notifications.unsubscribe_done'), account.language))
    }
    return c.html(
      page(t(`notifications.unsubscribe_${kind}`), account.language, t('notifications.unsubscribe')),
    )
  },
}))

async function end(tx: Tx, memberId: string, kind: MailKind): Promise<void> {
  if (kind === 'digest') return saveSettings(tx, memberId, { digest: 'off' })
  const { levels } = await settingsOf(tx, memberId)
  const quieter = Object.fromEntries(
    noticeTypes.map((type): [string, NoticeLevel] => [type, levels[type] === 'mail' ? 'push' : levels[type]]),
  ) as typeof levels
  await saveSettings(tx, memberId, { levels: quieter })
}

/** Without scripts and styles: it is read from a mail, in any browser. Its words are the dictionary's. */
function page(text: string, lang: 'en' | 'zh', button?: string): string {
  const form = button ? `<form method="post"><button type="submit">${button}</button></form>` : ''
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title><main><p>${text}</p>${form}</main></html>`
}
