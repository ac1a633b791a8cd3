/** Every address of the server, asked by everybody for everything that there is. */
import { createHash } from 'node:crypto'
import type { FeedPage } from '#shared/core/wire.ts'
import { encodeCursor } from '#shared/core/wire.ts'
import type { QueryName } from '#shared/features/index.ts'
import { defaultRules as moderationRules } from '#shared/features/moderation-rules.ts'
import { kinds } from '#shared/search/subjects.ts'
import { testOrigin } from '../../support/community.ts'
import { registry } from './circles.ts'
import type { Findings } from './findings.ts'
import { mayReceive } from './oracle.ts'
import type { Actor, World } from './planter.ts'

export interface Http {
  /** @param base where the server listens; absent: asks it without a network between. */
  ask(
    actor: Actor,
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; bytes: Uint8Array }>
}

export function createHttp(world: World, base?: string): Http {
  return {
    async ask(actor, path, init = {}) {
      const headers = new Headers({ origin: testOrigin, ...(init.headers as Record<string, string>) })
      if (actor.cookie !== null) headers.set('cookie', actor.cookie)
      const request = { ...init, headers }
      const response = await (base === undefined
        ? world.community.app.request(path, request)
        : fetch(base + path, request))
      return {
        status: response.status,
        headers: response.headers,
        bytes: new Uint8Array(await response.arrayBuffer()),
      }
    },
  }
}

const unknownId = '01890000-0000-7000-8000-00000000abcd'

/** Inputs of each query. */
const queryInputs: { [Q in QueryName | 'circles.minutes']: (world: World) => object[] } = {
  'accounts.devices': () => [{}],
  'analytics.figures': () => [{ days: 7 }],
  'events.calendar': () => [{}],
  'articles.revisions': ({ ids }) => [...ids.draft, unknownId].map((draftId) => ({ draftId })),
  'articles.revision': ({ ids }) => [...ids.draft, unknownId].map((draftId) => ({ draftId, number: 1 })),
  'discussions.history': ({ ids }) => [...ids.post, unknownId].map((postId) => ({ postId })),
  'memberships.quote': ({ ids }) =>
    ids.tier.map((tier) => ({ subject: `tier:${tier}`, priceId: 'month', coupon: 'TILL' })),
  'memberships.checkout': ({ ids }) => [...ids.order, unknownId].map((orderId) => ({ orderId })),
  'memberships.codes': ({ ids }) => [...ids.batch, unknownId].map((batchId) => ({ batchId })),
  'memberships.revenue': () => [{}],
  'memberships.ledger': () => [{}],
  'moderation.dry_run': () => [{ rule: { ...moderationRules.rules[0]!, on: true } }],
  'moderation.verify_log': () => [{}],
  'notes.version': ({ ids }) =>
    ids.session.flatMap((sessionId) => [...ids.version, unknownId].map((id) => ({ sessionId, id }))),
  'courses.report': ({ ids }) => [...ids.course, unknownId].map((courseId) => ({ courseId })),
  'courses.cohort_report': ({ ids }) => [...ids.cohort, unknownId].map((id) => ({ id })),
  'courses.certificate': () => [{ id: 'x'.repeat(24) }],
  'courses.quiz_figures': ({ ids }) =>
    ids.lesson.map((lessonId, i) => ({ courseId: ids.course[i >> 1]!, lessonId })),
  'recommendations.gaps': () => [{}],
  'recovery.copy': ({ ids }) => [...ids.copy, unknownId].map((id) => ({ id })),
  // Every canary begins so: whoever asks gets as much as they can of all there is.
  'search.find': ({ ids }) => [
    { text: 'cnry' },
    ...kinds.map((kind) => ({ text: 'cnry', kinds: [kind] })),
    ...ids.thread.map((id) => ({ text: id })),
  ],
  'circles.minutes': ({ ids }) => [...ids.circle, unknownId].map((id) => ({ id })),
}

/** Addresses of each route. One that is not here is a breach: nobody has thought about who may call it. */
const addresses: Record<string, (world: World) => string[]> = {
  'GET /api/feed': () => [],
  'GET /api/files/{hash}': ({ files }) => [
    ...files.map((hash) => `/api/files/${hash}`),
    ...files.map((hash) => `/api/files/${hash.toUpperCase()}`),
    ...files.map((hash) => `/api/files/${hash}?cursor=x`),
    `/api/files/${createHash('sha256').update('').digest('hex')}`,
  ],
  'GET /api/session': () => ['/api/session'],
  'GET /feed.xml': () => ['/feed.xml'],
  'GET /learn/feed.xml': () => ['/learn/feed.xml'],
  'GET /api/model': () => ['/api/model', '/api/model?audience=members', '/api/model?version=members'],
  'GET /api/ics/session/{file}': ({ ids }) => ids.session.map((id) => `/api/ics/session/${id}.ics`),
  'GET /api/ics/schedule/{file}': ({ actors }) =>
    actors.flatMap(({ member }) =>
      member
        ? [`/api/ics/schedule/${member.id}.ics`, `/api/ics/schedule/${member.id}.${'A'.repeat(32)}.ics`]
        : [],
    ),
  'GET /api/circles/{id}/minutes': ({ ids }) => ids.circle.map((id) => `/api/circles/${id}/minutes`),
  'GET /api/unsubscribe': ({ actors }) =>
    actors.flatMap(({ member }) =>
      member ? [`/api/unsubscribe?m=${member.id}&k=digest&s=${'A'.repeat(43)}`] : [],
    ),
  // Each gets their own; it is not packed so tightly that a canary could not be read in it.
  'GET /api/own': () => ['/api/own', '/api/own?member=ada'],
  'GET /api/shell': () => ['/api/shell'],
  'GET /api/openapi.json': () => ['/api/openapi.json'],
}

/** Bodies for the routes that change something, none of which may succeed for anybody. */
const posts: Record<string, (world: World) => object[]> = {
  // attempts.ts
  'POST /api/commands': () => [],
  // Answers whoever has signed in, each for themselves.
  'POST /api/tickets': () => [],
  'POST /api/session': ({ actor }) => [{ email: actor('expired').email, password: 'undefined' }],
  'DELETE /api/session': () => [],
  'POST /api/setup': () => [
    {
      token: 'x',
      community: 'x',
      about: '',
      name: 'x',
      handle: 'eve',
      email: 'eve@example.org',
      password: 'a loom for algebra',
      language: 'en',
    },
  ],
  'POST /api/sign-up': ({ ids }) =>
    [...ids.invite, 'undefined', ''].map((invite) => ({
      invite,
      name: 'x',
      handle: 'eve',
      email: 'eve@example.org',
      password: 'a loom for algebra',
      language: 'en',
    })),
  'POST /api/password/forgot': () => [{ email: 'ada@example.org' }],
  'POST /api/password/reset': () => [{ token: 'undefined', password: 'a loom for algebra' }],
  // Off without keys, and with them for nobody who cannot sign.
  'POST /api/webhooks/stripe': () => [{ id: 'evt_1', object: 'event', type: 'invoice.paid' }],
  'POST /api/unsubscribe': () => [{}],
  'POST /api/own/leave': () => [{ password: 'undefined', articles: 'withdraw' }],
  // Of nothing, and as parts of what nobody began.
  'POST /api/uploads': () => [{ name: 'x', size: 0, use: 'media', print: 'x' }],
  'PUT /api/uploads/{id}/{part}': () => [{}],
  'POST /api/uploads/{id}/end': () => [{}],
  'DELETE /api/uploads/{id}': () => [{}],
  'POST /api/password': () => [{ current: 'undefined', password: 'a loom for algebra' }],
}

/** Public pages that the world has an address of. */
const knownPages = [
  '/',
  '/read',
  '/read/:slug',
  '/learn',
  '/learn/:course',
  '/learn/:course/:lesson',
  '/certificates/:id',
  '/events',
  '/events/:slug',
  '/events/:slug/:session',
  '/pricing',
  '/circles/:id',
]

/** Where no file of the server may be had. */
const strays = [
  '/data/lyceum.sqlite',
  '/lyceum.sqlite',
  '/backups/',
  '/.env',
  '/..%2f..%2fetc%2fpasswd',
  '/assets/..%2f..%2fdata%2flyceum.sqlite',
  '/server/app.ts',
  '/api/../data/lyceum.sqlite',
  '/api/backup',
  '/api/export',
  '/api/queries/accounts.constructor',
  '/api/queries/__proto__.devices',
  '/api/queries/accounts',
]

export async function probeHttp(world: World, http: Http, findings: Findings, thin: boolean): Promise<void> {
  const routes = await knownRoutes(world, http)
  for (const actor of world.actors) {
    const ask = async (path: string, init: RequestInit & { what?: string } = {}): Promise<number> => {
      const { what = '', ...request } = init
      const answer = await http.ask(actor, path, request)
      const probe = `${request.method ?? 'GET'} ${path} ${what}`.trim()
      findings.read(actor, probe, answer.bytes)
      findings.read(actor, `${probe} (head)`, JSON.stringify([...answer.headers]))
      findings.expect(answer.status < 500, actor, probe, `the server failed with ${answer.status}`)
      const cookie = answer.headers.get('set-cookie') ?? ''
      findings.expect(!/lyceum=[\w-]/.test(cookie), actor, probe, 'they were signed in')
      return answer.status
    }

    for (const route of routes) {
      const found = addresses[route] ?? posts[route]
      findings.expect(found !== undefined, actor, route, 'a route that nobody has thought about')
    }
    for (const path of Object.values(addresses).flatMap((of) => of(world))) {
      await ask(path)
      const hasRanges = path.startsWith('/api/files/') || path === '/api/model'
      const ranges = thin ? ['bytes=5-'] : ['bytes=0-', 'bytes=10-40', 'bytes=-30', 'bytes=0-0,5-9']
      for (const range of hasRanges ? ranges : []) await ask(path, { headers: { range }, what: range })
      if (thin) continue
      await ask(path, { method: 'HEAD' })
      const hash = /[0-9a-f]{64}/.exec(path)?.[0]
      if (hash) {
        const status = await ask(path, { headers: { 'if-none-match': `"${hash}"` }, what: 'if changed' })
        const plain = await ask(path)
        findings.expect((status === 304) === (plain === 200), actor, path, 'a hash told what a file did not')
      }
    }
    for (const [name, inputs] of Object.entries(queryInputs)) {
      for (const input of inputs(world))
        await ask(`/api/queries/${name}?input=${encodeURIComponent(JSON.stringify(input))}`)
      await ask(`/api/queries/${name}`)
    }
    for (const path of [...world.pages, ...strays]) {
      await ask(path)
      if (!thin) await ask(path, { headers: { 'accept-language': 'zh' }, what: 'in Chinese' })
    }
    for (const [route, bodies] of Object.entries(posts)) {
      const [method, path] = route.split(' ') as [string, string]
      for (const body of thin ? [] : bodies(world))
        await ask(path, { method, body: JSON.stringify(body), what: 'with a body' })
    }
    for (const method of thin ? ['POST'] : ['POST', 'PUT', 'DELETE', 'PATCH'])
      for (const path of ['/api/feed', '/api/model', ...world.files.map((hash) => `/api/files/${hash}`)])
        await ask(path, { method, body: '{}' })
    await probeFeed(world, actor, http, findings)
  }
}

/** As the server describes itself, and what it leaves out of that. */
async function knownRoutes(world: World, http: Http): Promise<string[]> {
  const { bytes } = await http.ask(world.actor('guest'), '/api/openapi.json')
  const { paths } = JSON.parse(Buffer.from(bytes).toString()) as { paths: Record<string, object> }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const pages = Object.values(registry.features).flatMap((half) => (half.pages ?? []).map(({ path }) => path))
  return [
    ...described.filter((route) => {
      const query = /^GET \/api\/queries\/(.+)$/.exec(route)?.[1]
      return query === undefined || !Object.hasOwn(queryInputs, query)
    }),
    ...pages.filter((path) => !knownPages.includes(path)),
  ]
}

/** From the start, and from cursors of one's own, of others, and of nobody. */
async function probeFeed(world: World, actor: Actor, http: Http, findings: Findings): Promise<void> {
  const epoch = await world.community.services.database.kysely
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'epoch')
    .executeTakeFirstOrThrow()
  const everything = Object.fromEntries(
    [
      'everyone',
      'members',
      ...world.actors.flatMap(({ member }) => (member ? [`member:${member.id}`] : [])),
      ...world.ids.circle.map((id) => `circle:${id}`),
      'role:author',
      'role:moderator',
      'role:owner',
    ].map((audience) => [audience, 1e9]),
  )
  const forged = encodeCursor({ epoch: epoch.value, at: everything })
  const others = world.actors.flatMap((other) => other.cursors.map((one) => ({ of: other.name, ...one })))
  const cursors = [
    { of: 'the start', cursor: '', as: undefined },
    ...others,
    { of: 'a forger', cursor: forged, as: undefined },
    { of: 'a forger with a seal', cursor: `${forged}.${others[0]!.cursor.split('.')[1]}`, as: undefined },
    { of: 'nobody', cursor: 'undefined', as: undefined },
  ]
  for (const { of, cursor: first, as } of cursors) {
    const probe = `the feed from the cursor of ${of}`
    let cursor = first
    for (let pages = 0; pages < 50; pages++) {
      const answer = await http.ask(actor, `/api/feed?cursor=${encodeURIComponent(cursor)}`)
      findings.read(actor, probe, answer.bytes)
      const page = JSON.parse(Buffer.from(answer.bytes).toString()) as FeedPage
      for (const { table, id, data } of page.rows ?? []) {
        // Whoever had a row is told that it is gone.
        const fits = data === null ? as === actor.standing.id : mayReceive(actor.standing, table, id, data)
        findings.expect(fits, actor, probe, `received ${data === null ? 'word of ' : ''}${table}/${id}`)
      }
      cursor = page.cursor
      if (!page.more) break
    }
  }
}
