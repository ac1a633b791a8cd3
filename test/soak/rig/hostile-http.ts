/**
 * HTTP as nobody should send it: known routes and unknown ones with mutated paths, queries, headers and bodies, as a guest
 * and as a member, and now and then bytes that are no HTTP. Requests come from many addresses of the loopback network, so
 * that they meet the handlers and not only the limits.
 */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Dice } from './random.ts'
import type { Target } from './target.ts'
import { createHttp } from './wire.ts'

export interface RequestsSent {
  requests: number
  /** Status → how often. */
  answered: Record<string, number>
  /** Answers that no request may get. */
  wrong: string[]
}

const atOnce = 16
const addresses = 200

export async function attackHttp(target: Target, requests: number, dice: Dice): Promise<RequestsSent> {
  const sent: RequestsSent = { requests: 0, answered: {}, wrong: [] }
  const seeds = await seedsOf(target)
  const agents = Array.from({ length: addresses }, () => new Agent({ keepAlive: true, maxSockets: 2 }))
  const attackers = Array.from({ length: atOnce }, async () => {
    const own = dice.fork()
    while (sent.requests < requests) {
      sent.requests++
      const from = own.below(addresses)
      if (own() < 0.01) await sendNonsense(target, own, sent)
      else
        await sendOne(
          target,
          compose(target, seeds, own),
          agents[from]!,
          `127.0.${1 + (from >> 7)}.${1 + (from & 127)}`,
          sent,
        )
    }
  })
  await Promise.all(attackers)
  for (const agent of agents) agent.destroy()
  return sent
}

interface Seeds {
  paths: string[]
  commands: { name: string; input: Record<string, unknown> }[]
}

async function seedsOf(target: Target): Promise<Seeds> {
  const http = createHttp(target.server.url)
  const { body } = await http.get('/api/openapi.json')
  http.close()
  const known = Object.keys((body as { paths: object }).paths)
  const [threadId] = target.founded.threads
  const [sessionId] = target.founded.sessions
  const post = { threadId, postId: uuidv7() }
  const id = target.rooms.closed[0]!.slice('draft/'.length)
  return {
    paths: [
      ...known,
      ...[
        '/',
        '/read',
        '/read/x',
        '/discuss',
        `/discuss/${threadId}`,
        '/events',
        '/events/soak',
        '/feed.xml',
      ],
      ...[
        '/sitemap.xml',
        '/robots.txt',
        '/assets/x.js',
        '/sync',
        '/sync/notes',
        '/metrics',
        '/healthz',
        '/readyz',
      ],
      `/api/ics/session/${sessionId}.ics`,
      `/api/files/${'0'.repeat(64)}`,
    ],
    commands: [
      { name: 'discussions.post', input: { ...post, body: 'words', replyTo: null } },
      { name: 'discussions.edit_post', input: { ...post, body: 'other words' } },
      { name: 'discussions.delete_post', input: post },
      { name: 'discussions.react', input: { ...post, reaction: '👍', on: true } },
      { name: 'discussions.accept', input: post },
      {
        name: 'discussions.open_thread',
        input: { ...post, title: 'A', kind: 'talk', subject: null, tags: ['a'], body: 'b' },
      },
      { name: 'events.save_session', input: { sessionId, on: true } },
      { name: 'articles.start_draft', input: { id: uuidv7(), title: 'A', articleId: null } },
      { name: 'articles.discard_draft', input: { id } },
      { name: 'articles.share_draft', input: { id, memberId: target.hostile[0]!.id, on: true } },
      {
        name: 'articles.publish',
        input: {
          draftId: id,
          title: 'A',
          description: '',
          tags: [],
          lang: 'en',
          access: 'public',
          body: 'b',
        },
      },
      { name: 'accounts.set_role', input: { memberId: target.hostile[0]!.id, role: 'owner' } },
      { name: 'recommendations.set_sharing', input: { on: true } },
    ],
  }
}

interface Composed {
  method: string
  path: string
  headers: Record<string, string>
  body: string | Buffer | undefined
}

const methods = ['GET', 'GET', 'GET', 'POST', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND']

function compose(target: Target, seeds: Seeds, dice: Dice): Composed {
  const headers = someHeaders(target, dice)
  if (dice() < 0.45) {
    const commands = Array.from({ length: 1 + dice.below(3) }, () => {
      const { name, input } = dice.pick(seeds.commands)
      const fresh = dice() < 0.3 && 'postId' in input ? { ...input, postId: uuidv7() } : input
      const envelope = { id: dice() < 0.9 ? uuidv7() : 'x', name, input: fresh, at: Date.now() }
      return dice() < 0.75 ? mutateJson(envelope, dice, 0) : envelope
    })
    return { method: 'POST', path: '/api/commands', headers, body: jsonOf({ commands }, dice) }
  }
  const method = dice.pick(methods)
  const path = somePath(dice.pick(seeds.paths), dice)
  const withBody = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  // Each of these costs the server a tenth of a second of hashing, by design and within their own limits.
  const isSlow = /password|session|sign-up|setup/.test(path) && method === 'POST'
  if (isSlow && dice() < 0.97) return { method: 'GET', path, headers, body: undefined }
  return {
    method,
    path,
    headers,
    body: withBody ? jsonOf(mutateJson(someValue(dice, 0), dice, 0), dice) : undefined,
  }
}

function somePath(known: string, dice: Dice): string {
  let path = known.replace(/\{\w+\}|:\w+/g, () => encoded(someText(dice)))
  if (dice() < 0.3) {
    const at = dice.below(path.length + 1)
    const odd = [
      '/..',
      '%2e%2e/',
      '%00',
      '%',
      '%ff',
      '//',
      ';x=1',
      '\\',
      '%E0%A4%A',
      "'",
      '"<script>',
      '?',
      '#',
      '*',
    ]
    path = path.slice(0, at) + dice.pick(odd) + path.slice(at)
  }
  if (dice() < 0.5) {
    const value = dice() < 0.5 ? JSON.stringify(someValue(dice, 0)) : someText(dice)
    const name = dice.pick(['cursor', 'input', 'q', 'member', 'v', 'ticket', '__proto__', 'limit'])
    path += `?${name}=${encoded(value)}`
  }
  const safe = path.replace(/[^\x21-\x7e]/g, '')
  return safe.startsWith('/') ? safe : `/${safe}`
}

/** As far as it can be: half of a character cannot. */
function encoded(text: string): string {
  const whole = text.slice(0, 4_000).replace(/[\ud800-\udfff]/g, '')
  return encodeURIComponent(whole)
}

function someHeaders(target: Target, dice: Dice): Record<string, string> {
  const headers: Record<string, string> = {}
  const who = dice()
  if (who < 0.65) headers.cookie = dice.pick(target.hostile).cookie
  else if (who < 0.75)
    headers.cookie = `lyceum=${'x'.repeat(dice.below(200))}; ${'a=b;'.repeat(dice.below(50))}`
  const from = dice()
  if (from < 0.85) headers.origin = target.server.url
  else if (from < 0.95)
    headers.origin = dice.pick(['null', 'http://evil.example', `${target.server.url}.evil.example`])
  headers['content-type'] =
    dice() < 0.9 ? 'application/json' : dice.pick(['text/plain', 'multipart/form-data', ''])
  if (dice() < 0.1) headers['x-member'] = dice.pick([target.ada.id, target.hostile[0]!.id, 'x'])
  if (dice() < 0.05) headers['lyceum-client'] = dice.pick(['0', '1', '-1', 'NaN', '1e9'])
  if (dice() < 0.05) headers.range = dice.pick(['bytes=0-', 'bytes=-1', 'bytes=9-1', 'bytes=0-0,1-1', 'x'])
  if (dice() < 0.05) headers['if-none-match'] = dice.pick(['*', '"x"', 'W/"x"'])
  if (dice() < 0.05) headers['content-encoding'] = dice.pick(['gzip', 'br'])
  if (dice() < 0.05) headers['x-forwarded-for'] = '10.0.0.1'
  if (dice() < 0.02) headers['accept-language'] = 'zh,'.repeat(dice.below(1_000))
  return headers
}

function jsonOf(value: unknown, dice: Dice): string | Buffer {
  let text = JSON.stringify(value) ?? ''
  if (dice() < 0.02) text = `${'['.repeat(20_000)}${text}`
  if (dice() < 0.1) {
    const at = dice.below(text.length + 1)
    text =
      dice() < 0.5
        ? text.slice(0, at)
        : text.slice(0, at) + dice.pick(['"', '{', '\\u', '\u0000', ',']) + text.slice(at)
  }
  if (dice() < 0.02) return Buffer.from([0xff, 0xfe, ...Buffer.from(text)])
  return text
}

function someText(dice: Dice): string {
  return dice.pick([
    '',
    'x',
    '__proto__',
    'constructor',
    '../../../etc/passwd',
    "' or 1=1 --",
    '\u0000',
    '\ud800',
    '👩‍🚀'.repeat(10),
    'x'.repeat(1 + dice.below(30_000)),
    '<img src=x onerror=alert(1)>',
    uuidv7(),
    '2026-02-30',
    '\u202e\u200b',
    '[['.repeat(500),
    '> '.repeat(2_000),
  ])
}

function someValue(dice: Dice, depth: number): unknown {
  const kind = dice.below(depth > 3 ? 7 : 10)
  if (kind < 3) return someText(dice)
  if (kind < 5) return dice.pick([0, -1, 1e308, -0, 0.1, 2 ** 53, Number.MIN_SAFE_INTEGER])
  if (kind < 7) return dice.pick([null, true, false])
  if (kind < 8) return Array.from({ length: dice.below(6) }, () => someValue(dice, depth + 1))
  const names = [
    'id',
    'name',
    'commands',
    'email',
    'password',
    'token',
    'body',
    '__proto__',
    'then',
    'toString',
  ]
  return Object.fromEntries(
    Array.from({ length: dice.below(5) }, () => [dice.pick(names), someValue(dice, depth + 1)]),
  )
}

/** The same value but for one place, somewhere in it. */
function mutateJson(value: unknown, dice: Dice, depth: number): unknown {
  if (depth > 4 || dice() < 0.2 || value === null || typeof value !== 'object') return someValue(dice, depth)
  if (Array.isArray(value)) {
    if (value.length === 0 || dice() < 0.2) return [...value, someValue(dice, depth)]
    const at = dice.below(value.length)
    return value.map((one, index) => (index === at ? mutateJson(one, dice, depth + 1) : one))
  }
  const names = Object.keys(value)
  if (names.length === 0 || dice() < 0.15)
    return { ...value, [someText(dice).slice(0, 50)]: someValue(dice, depth) }
  const name = dice.pick(names)
  const { [name]: old, ...rest } = value as Record<string, unknown>
  return dice() < 0.15 ? rest : { ...rest, [name]: mutateJson(old, dice, depth + 1) }
}

function sendOne(
  target: Target,
  { method, path, headers, body }: Composed,
  agent: Agent,
  localAddress: string,
  sent: RequestsSent,
): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(target.server.url)
    const note = (status: string): void => {
      sent.answered[status] = (sent.answered[status] ?? 0) + 1
      resolve()
    }
    const asking = request({ hostname, port, method, path, headers, agent, localAddress }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => note('cut'))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const complaint = complain(method, path, response.statusCode ?? 0, text)
        if (complaint && sent.wrong.length < 100) sent.wrong.push(complaint)
        note(String(response.statusCode))
      })
    })
    asking.on('error', () => note('cut'))
    asking.setTimeout(30_000, () => {
      sent.wrong.push(`${method} ${path} was not answered`)
      asking.destroy()
    })
    if (body !== undefined) asking.setHeader('content-length', Buffer.byteLength(body))
    asking.end(body)
  })
}

function complain(method: string, path: string, status: number, text: string): string | undefined {
  const asked = `${method} ${path.slice(0, 150)}`
  if (status >= 500 && status !== 503 && status !== 501) return `${asked}: ${status} ${text.slice(0, 200)}`
  if (text.includes('"code":"internal"')) return `${asked}: ${text.slice(0, 400)}`
  // What is no URL at all is turned away before anybody could say it in JSON.
  const isUrl = /^\/api\/[\w./%-]*(\?|$)/.test(path) && !/\.\.|%2e/i.test(path)
  if (status >= 400 && status !== 431 && isUrl && method !== 'HEAD') {
    try {
      if (typeof (JSON.parse(text) as { code?: unknown }).code === 'string') return undefined
    } catch {
      // Said below.
    }
    return `${asked}: ${status} without a reason: ${text.slice(0, 100)}`
  }
  return undefined
}

function sendNonsense(target: Target, dice: Dice, sent: RequestsSent): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(target.server.url)
    const socket = connect(Number(port), hostname, () => {
      socket.end(
        dice.pick([
          '\r\n\r\n',
          'GET / HTTP/9.9\r\n\r\n',
          'GET /\r\n\r\n',
          `GET / HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(3_000)}\r\n`,
          'POST /api/commands HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
          'POST /api/commands HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
          'GET /sync HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
          'GET /sync/%E0%A4%A HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: x\r\n\r\n',
          `GET ${'/x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
          'GET / HTTP/1.1\r\nhost: \r\n\r\n',
          'GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n',
          Buffer.from(Array.from({ length: dice.below(500) }, () => dice.below(256))),
        ]),
      )
    })
    const done = (): void => {
      sent.answered.nonsense = (sent.answered.nonsense ?? 0) + 1
      socket.destroy()
      resolve()
    }
    socket.on('data', () => {})
    socket.on('close', done)
    socket.on('error', () => {})
    socket.setTimeout(3_000, done)
  })
}
