/**
 * Web push (RFC 8030, encrypted as RFC 8291 says, VAPID): the message is made when it is sent, and says only what the
 * member may see at that moment. Addresses come from members, so only those of known push services are ever called.
 */
import { createECDH, randomBytes } from 'node:crypto'
import webpush from 'web-push'
import type { Services } from '#server/core/services.ts'
import { type AccountRow, communityId } from '#shared/features/accounts.ts'
import { pushKeyId } from '#shared/features/notifications.ts'
import { translate } from '#shared/words/index.ts'
import { noticeRow } from './notices.ts'
import { sayNotice } from './say.ts'
import { publishSettings, settingsOf, wants } from './settings.ts'
import { db } from './tables.ts'

/** Names of hosts, or their ends from a dot on. */
export const knownPushHosts: readonly string[] = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  '.push.services.mozilla.com',
  '.push.apple.com',
  '.notify.windows.com',
  '.push.samsungosp.com',
]

/** @param hosts of which those with a port may be spoken to without TLS: somebody named them on purpose. */
export function mayPushTo(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, host, username, password } = new URL(endpoint)
  if (username || password) return false
  if (hosts.includes(host) && host !== hostname) return protocol === 'http:' || protocol === 'https:'
  if (protocol !== 'https:' || host !== hostname) return false
  return hosts.some((known) => (known.startsWith('.') ? hostname.endsWith(known) : hostname === known))
}

function newKey(): { publicKey: string; privateKey: string } {
  const pair = createECDH('prime256v1')
  const secret = randomBytes(32)
  pair.setPrivateKey(secret)
  return { publicKey: pair.getPublicKey('base64url'), privateKey: secret.toString('base64url') }
}

export async function keptKey(services: Services): Promise<{ publicKey: string; privateKey: string }> {
  const fresh = newKey()
  return services.transact(async (tx) => {
    await db(tx)
      .insertInto('notifications_key')
      .values({ id: pushKeyId, public_key: fresh.publicKey, private_key: fresh.privateKey })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    const { public_key: publicKey, private_key: privateKey } = await db(tx)
      .selectFrom('notifications_key')
      .selectAll()
      .where('id', '=', pushKeyId)
      .executeTakeFirstOrThrow()
    if ((await tx.row<{ publicKey: string }>('push_key', pushKeyId))?.publicKey !== publicKey)
      await tx.publish('push_key', pushKeyId, { publicKey })
    return { publicKey, privateKey }
  })
}

/** Seconds for which a push service keeps it for a device that is off. */
const ttl = 24 * 3_600
const timeout = 10_000

export async function push(
  services: Services,
  hosts: readonly string[],
  { id }: { id: string },
): Promise<void> {
  const message = await services.read(async (reader) => {
    const record = await db(reader)
      .selectFrom('notifications_notice')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    // Read meanwhile, or taken back.
    if (!record || record.read_at !== null) return undefined
    const settings = await settingsOf(reader, record.member_id)
    if (!wants(settings, noticeRow(record).type, 'push')) return undefined
    const account = await reader.row<AccountRow>('accounts', record.member_id)
    const said = await sayNotice(reader, record, translate(account?.language ?? 'en'))
    if (!said) return undefined
    const community = await reader.row<{ name: string }>('community', communityId)
    const devices = await db(reader)
      .selectFrom('notifications_device')
      .selectAll()
      .where('member_id', '=', record.member_id)
      .execute()
    return { memberId: record.member_id, devices, title: community?.name ?? 'Lyceum', ...said }
  })
  if (!message) return
  const keys = await keptKey(services)
  const payload = JSON.stringify({ title: message.title, body: message.text, path: message.path, tag: id })
  const gone: string[] = []
  const failures: unknown[] = []
  for (const device of message.devices) {
    if (!mayPushTo(device.endpoint, hosts)) gone.push(device.id)
    else {
      const status = await sendOne(services, device, payload, keys).catch((error: unknown) => {
        failures.push(error)
        return 0
      })
      if (status === 404 || status === 410) gone.push(device.id)
      else if (status === 429 || status >= 500)
        failures.push(new Error(`the push service answered ${status}`))
    }
  }
  if (gone.length > 0) {
    await services.transact(async (tx) => {
      await db(tx).deleteFrom('notifications_device').where('id', 'in', gone).execute()
      await publishSettings(tx, message.memberId)
    })
  }
  // Tried again, by all: a second message with the same tag takes the place of the first.
  if (failures.length > 0) throw failures[0]
}

async function sendOne(
  services: Services,
  device: { endpoint: string; p256dh: string; auth: string },
  payload: string,
  vapid: { publicKey: string; privateKey: string },
): Promise<number> {
  const { endpoint, p256dh, auth } = device
  const subject = services.env.publicUrl.startsWith('https:')
    ? services.env.publicUrl
    : 'mailto:admin@localhost'
  const details = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    TTL: ttl,
    urgency: 'normal',
    vapidDetails: { subject, ...vapid },
  })
  const response = await fetch(details.endpoint, {
    method: 'POST',
    headers: details.headers as Record<string, string>,
    body: details.body && new Uint8Array(details.body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  await response.body?.cancel()
  return response.status
}
