import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { NoticeRow, NoticeSettingsRow } from '#shared/features/notifications.ts'
import { translate } from '#shared/words/index.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { digest, mailNotices, unsubscribeUrl } from './mail.ts'
import { knownPushHosts, mayPushTo, push } from './push.ts'

let community: TestCommunity
let ada: TestMember
let ben: TestMember
let cai: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada', name: 'Ada' })
  ben = await community.member({ handle: 'ben', name: 'Ben' })
  cai = await community.member({ handle: 'cai', name: '蔡' })
})
afterEach(() => community.close())

async function thread(author: TestMember, title = 'A title') {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const input = { ...ids, title, kind: 'question' as const, subject: null, tags: [], body: 'Words' }
  expect(await community.send(author, 'discussions.open_thread', input)).toMatchObject({ ok: true })
  return ids
}

async function post(author: TestMember, threadId: string, body = 'Words') {
  const postId = uuidv7()
  const result = await community.send(author, 'discussions.post', { threadId, postId, body, replyTo: null })
  expect(result).toMatchObject({ ok: true })
  return { threadId, postId }
}

async function inbox(of: TestMember): Promise<(NoticeRow & { id: string })[]> {
  const rows = (await community.feed(of)).get('notices') ?? new Map()
  return [...rows].map(([id, data]) => ({ id, ...data }))
}

const words = async (of: TestMember): Promise<string[]> => (await inbox(of)).map(({ word }) => word)

const levels = (of: TestMember, change: Partial<NoticeSettingsRow['levels']>) =>
  community.send(of, 'notifications.set_levels', { levels: change })

describe('the inbox', () => {
  it('tells whoever wrote in a thread of what follows, once until it is read', async () => {
    const { threadId } = await thread(ada)
    await post(ben, threadId)
    await post(cai, threadId)
    const notices = await inbox(ada)
    expect(notices).toMatchObject([
      { word: 'notifications.replied', params: { name: '蔡' }, about: `thread:${threadId}#3`, readAt: null },
    ])
    expect(await words(ben)).toEqual(['notifications.replied'])
    expect(await inbox(cai)).toEqual([])
    await community.send(ada, 'notifications.read', { ids: [notices[0]!.id] })
    expect((await inbox(ada))[0]!.readAt).not.toBeNull()
    await post(ben, threadId)
    expect(await inbox(ada)).toMatchObject([{ readAt: null, params: { name: 'Ben' } }])
  })

  it('tells nothing of a thread about what one may not read any more', async () => {
    const owner = await community.member({ role: 'owner' })
    const groupId = uuidv7()
    const group = { id: groupId, name: 'Inner', description: '', joining: 'closed' as const }
    await community.send(owner, 'groups.create', group)
    await community.send(owner, 'groups.add', { groupId, who: ['ada', 'ben'] })
    const articleId = uuidv7()
    await community.send(owner, 'articles.start_draft', { id: articleId, title: 'Inner', articleId: null })
    const more = { title: 'Inner', description: '', tags: [], lang: 'en' as const, body: 'Words' }
    const opening = { to: 'groups' as const, groups: [groupId] }
    await community.send(owner, 'articles.publish', { draftId: articleId, ...more, opening })
    const ids = { threadId: uuidv7(), postId: uuidv7() }
    const about = { kind: 'article' as const, id: articleId }
    const input = { ...ids, title: 'Of inner things', kind: 'talk' as const, subject: about, tags: [] }
    expect(await community.send(ada, 'discussions.open_thread', { ...input, body: 'Words' })).toMatchObject({
      ok: true,
    })
    await post(ben, ids.threadId, 'See this, @cai')
    expect(await words(ada)).toEqual(['notifications.replied'])
    expect(await inbox(cai)).toEqual([])
    await community.send(owner, 'groups.remove', { groupId, memberId: ada.id })
    await post(ben, ids.threadId, 'Without her')
    expect(await inbox(ada)).toMatchObject([{ about: `thread:${ids.threadId}#2` }])
  })

  it('tells a mention as a mention, and nothing of threads that one turned off', async () => {
    const { threadId } = await thread(ada)
    await post(ben, threadId, 'What do you say, @ada? And @cai?')
    expect(await words(ada)).toEqual(['notifications.mentioned'])
    expect(await words(cai)).toEqual(['notifications.mentioned'])
    await community.send(ada, 'notifications.follow', { threadId, on: false })
    await post(ben, threadId)
    expect(await words(ada)).toEqual(['notifications.mentioned'])
    const unknown = { threadId: uuidv7(), on: true }
    expect(await community.send(ada, 'notifications.follow', unknown)).toMatchObject({ code: 'not_found' })
  })

  it('gathers reactions, and takes them back with the last', async () => {
    const opened = await thread(ada)
    const react = (by: TestMember, on: boolean) =>
      community.send(by, 'discussions.react', { ...opened, reaction: '👍', on })
    await react(ada, true)
    expect(await inbox(ada)).toEqual([])
    await react(ben, true)
    await react(cai, true)
    expect(await inbox(ada)).toMatchObject([
      { word: 'notifications.reacted_more', params: { name: '蔡', others: 1 } },
    ])
    await react(ben, false)
    await react(cai, false)
    expect(await inbox(ada)).toEqual([])
  })

  it('is one’s own, and takes orders for nobody else’s', async () => {
    const { threadId } = await thread(ada)
    await post(ben, threadId)
    const [notice] = await inbox(ada)
    expect(await inbox(cai)).toEqual([])
    expect(await community.send(cai, 'notifications.read', { ids: [notice!.id] })).toMatchObject({
      ok: true,
      data: { read: 0 },
    })
    expect((await inbox(ada))[0]!.readAt).toBeNull()
  })

  it('hears nothing of what is off', async () => {
    const { threadId } = await thread(ada)
    await levels(ada, { replies: 'off' })
    await post(ben, threadId)
    expect(await inbox(ada)).toEqual([])
  })

  it('keeps the newest three hundred', async () => {
    await community.services.transact(async (tx) => {
      for (let n = 0; n < 305; n++)
        await tx.tell('notifications.notify', {
          memberId: ada.id,
          type: 'growth',
          word: 'notifications.levelled',
          about: '',
          params: { level: n },
          key: `n${String(n).padStart(4, '0')}`,
        })
    })
    const kept = await inbox(ada)
    expect(kept).toHaveLength(300)
    expect(kept.some(({ params }) => params.level === 0)).toBe(false)
  })
})

describe('a notice of what one may not see', () => {
  const ask = (memberId: string, about: string) =>
    community.services.transact((tx) =>
      tx.tell('notifications.notify', {
        memberId,
        type: 'events',
        word: 'notifications.honoured',
        about,
        key: 'x',
      }),
    )

  it('is not made', async () => {
    await ask(ada.id, `thread:${uuidv7()}`)
    await ask(uuidv7(), '')
    expect(await inbox(ada)).toEqual([])
  })

  it('is neither pushed nor mailed when that has changed since', async () => {
    await levels(ada, { replies: 'mail' })
    const mails = await receiveMail()
    const opened = await thread(ada)
    const answer = await post(ben, opened.threadId)
    await community.send(ben, 'discussions.delete_post', answer)
    await community.send(ada, 'discussions.delete_post', opened)
    await mailNotices(mails.services, { memberId: ada.id })
    expect(mails.received).toEqual([])
    await mails.close()
  })
})

/** A real SMTP conversation, kept as lines. */
async function receiveMail() {
  const received: string[] = []
  const server = createTcp((socket) => {
    let data = ''
    let inData = false
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      data += chunk.toString('utf8')
      for (;;) {
        const mark = inData ? '\r\n.\r\n' : '\r\n'
        const end = data.indexOf(mark)
        if (end < 0) return
        const part = data.slice(0, end)
        data = data.slice(end + mark.length)
        if (inData) {
          received.push(part)
          inData = false
          socket.write('250 ok\r\n')
        } else if (/^DATA/i.test(part)) {
          inData = true
          socket.write('354 go on\r\n')
        } else if (/^QUIT/i.test(part)) socket.end('221 bye\r\n')
        else socket.write('250 ok\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { default: nodemailer } = await import('nodemailer')
  const mailer = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  return {
    received,
    services: {
      ...community.services,
      mail: async (to: string, subject: string, text: string, headers?: Record<string, string>) => {
        await mailer.sendMail({ from: 'test@localhost', to, subject, text, headers })
        return true
      },
    },
    async close() {
      mailer.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const decoded = (mail: string): string =>
  mail
    .replace(/=\r\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (hex) => decodeURIComponent(hex.replaceAll('=', '%')))

describe('mails', () => {
  it('gather what is unread, say it once, and end with one click', async () => {
    await levels(ada, { replies: 'mail' })
    const { threadId } = await thread(ada, '为什么 WAL 会变大？')
    await post(ben, threadId, 'Look, @ada')
    const other = await thread(ada, 'Another')
    await post(cai, other.threadId)
    const mails = await receiveMail()
    await mailNotices(mails.services, { memberId: ada.id })
    await mailNotices(mails.services, { memberId: ada.id })
    expect(mails.received).toHaveLength(1)
    const mail = decoded(mails.received[0]!)
    expect(mail).toContain('Ben mentioned you in “为什么 WAL 会变大？”')
    expect(mail).toContain('蔡 wrote in “Another”')
    expect(mail).toMatch(/List-Unsubscribe-Post: List-Unsubscribe=One-Click/i)
    await mails.close()

    const link = unsubscribeUrl(community.services, ada.id, 'notices').slice('http://127.0.0.1:8787'.length)
    expect((await community.request(link)).status).toBe(200)
    const settings = async () =>
      (await community.feed(ada)).get('notice_settings')?.get(ada.id) as NoticeSettingsRow
    expect((await settings()).levels.replies).toBe('mail')
    const click = await community.request(link, { method: 'POST', body: 'List-Unsubscribe=One-Click' })
    expect([click.status, (await settings()).levels.replies]).toEqual([200, 'push'])
    expect((await community.request(link.replace(ada.id, ben.id), { method: 'POST' })).status).toBe(404)
    expect((await community.request('/api/unsubscribe?m=x&k=y&s=z')).status).toBe(404)
  })

  it('of the week tell what the member may see, once', async () => {
    await thread(ben, 'Read this week')
    const mails = await receiveMail()
    await digest(mails.services, { memberId: ada.id })
    await digest(mails.services, { memberId: ada.id })
    expect(mails.received).toHaveLength(1)
    expect(decoded(mails.received[0]!)).toContain('Read this week')
    community.clock.advance(8 * 86_400_000)
    await digest(mails.services, { memberId: ada.id })
    expect(mails.received).toHaveLength(1)
    await mails.close()
  })
})

describe('push', () => {
  const device = createECDH('prime256v1')
  device.generateKeys()
  const keys = { p256dh: device.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
  let service: Server
  let answers: number[]
  let calls: { headers: Record<string, unknown>; bytes: number }[]
  let endpoint: string
  let hosts: string[]

  beforeEach(async () => {
    answers = []
    calls = []
    service = createServer((request, response) => {
      let bytes = 0
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      request.on('end', () => {
        calls.push({ headers: request.headers, bytes })
        response.writeHead(answers.shift() ?? 201).end()
      })
    })
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(service.address() as AddressInfo).port}`
    hosts = [host]
    endpoint = `http://${host}/push/1`
    process.env.PUSH_HOSTS = host
  })
  afterEach(async () => {
    delete process.env.PUSH_HOSTS
    await new Promise((resolve) => service.close(resolve))
  })

  const subscribe = (of: TestMember, at = endpoint) =>
    community.send(of, 'notifications.subscribe', { id: uuidv7(), name: 'Phone', endpoint: at, ...keys })

  it('goes out encrypted to the devices that asked, until one is gone', async () => {
    expect(await subscribe(ada)).toMatchObject({ ok: true })
    const { threadId } = await thread(ada)
    await post(ben, threadId)
    const [notice] = await inbox(ada)
    await community.community.quiesce()
    expect(calls).toHaveLength(1)
    expect(calls[0]!.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' })
    expect(String(calls[0]!.headers.authorization)).toMatch(/^vapid t=/)
    expect(calls[0]!.bytes).toBeGreaterThan(100)

    answers = [503]
    await expect(push(community.services, hosts, { id: notice!.id })).rejects.toThrow('503')
    answers = [410]
    await push(community.services, hosts, { id: notice!.id })
    const settings = (await community.feed(ada)).get('notice_settings')?.get(ada.id) as NoticeSettingsRow
    expect(settings.devices).toEqual([])

    await subscribe(ada)
    await community.send(ada, 'notifications.read', { ids: [notice!.id] })
    const before = calls.length
    await push(community.services, hosts, { id: notice!.id })
    expect(calls).toHaveLength(before)
  })

  it('speaks to push services alone, whatever address a member names', async () => {
    for (const address of [
      'http://169.254.169.254/latest/meta-data',
      'https://127.0.0.1/x',
      'https://fcm.googleapis.com.evil.example/x',
      'https://user:pass@fcm.googleapis.com/x',
      'https://fcm.googleapis.com:8443/x',
      'http://fcm.googleapis.com/x',
      'file:///etc/passwd',
    ]) {
      expect(await subscribe(ada, address)).toMatchObject({ ok: false, field: 'endpoint' })
    }
    expect(mayPushTo('https://fcm.googleapis.com/fcm/send/x', knownPushHosts)).toBe(true)
    expect(mayPushTo('https://updates.push.services.mozilla.com/wpush/v2/x', knownPushHosts)).toBe(true)
  })

  it('tells a browser’s former member nothing any more', async () => {
    await subscribe(ada)
    await subscribe(ben)
    const devices = async (of: TestMember) =>
      ((await community.feed(of)).get('notice_settings')!.get(of.id) as NoticeSettingsRow).devices.length
    expect([await devices(ada), await devices(ben)]).toEqual([0, 1])
  })
})

it('tells owners of orders that wait for them, until they are paid, and buyers how theirs stand', async () => {
  const owner = await community.member({ handle: 'owner', role: 'owner' })
  const orderId = uuidv7()
  const tell = (fact: string) =>
    community.services.transact(async (tx) => {
      const order = { orderId, memberId: ada.id, subject: 'tier:x', amount: 100, currency: 'CNY' }
      // Only what the order's own feature has published can be told of.
      await tx.publish('orders', orderId, { memberId: ada.id, state: 'open', subject: 'tier:x', at: tx.now })
      await tx.tell(fact, { ...order, provider: 'manual', full: true })
    })
  await tell('memberships.ordered')
  expect(await words(owner)).toEqual(['notifications.ordered'])
  await tell('memberships.paid')
  expect(await words(owner)).toEqual([])
  expect(await words(ada)).toEqual(['notifications.paid'])
  await tell('memberships.refunded')
  expect(await words(ada)).toEqual(['notifications.refunded'])
})

it('says every notice in both languages', () => {
  const params = { name: 'Ada', title: 'T', reaction: '👍', others: 2, level: 3, badge: 'B' }
  for (const lang of ['en', 'zh'] as const)
    for (const word of [
      'replied',
      'mentioned',
      'reacted',
      'reacted_more',
      'accepted',
      'levelled',
      'badge',
      'honoured',
    ] as const)
      expect(translate(lang)(`notifications.${word}`, params)).not.toMatch(/\{\{|notifications\./)
})
