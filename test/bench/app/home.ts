/**
 * Bytes until Home shows something to read, on a device that has nothing: everything that the browser fetched by then,
 * with gzip, as Chromium counts it on the wire (headers included, frames of sockets as they are). The network is that of
 * `reload`, so that what is not needed for it comes after it. "All" is what was fetched when the network rests, with the
 * service worker's copy of the whole app left out.
 */
import type { BrowserContext, Page } from 'playwright-core'
import type { BenchRow } from '../run.js'
import { slowly } from './network.ts'
import { atMost, type Rig, row, type Served, signIn, sleep } from './rig.ts'

const kilobyte = 1_000
/** Browsers take Brotli as well, which is a tenth smaller. */
const gzip = { 'accept-encoding': 'gzip' }

export async function home(rig: Rig): Promise<BenchRow[]> {
  const served = await rig.serve()
  try {
    const guest = await measure(rig, served, undefined)
    const member = await measure(rig, served, 'tobias')
    return [
      atMost('home, cold, guest: gzip to first content', guest.first / kilobyte, 'kB', 120),
      row('home, cold, guest: gzip until the app has drawn it', guest.drawn / kilobyte, 'kB'),
      atMost('home, cold, member: gzip until their own Home is drawn', member.drawn / kilobyte, 'kB', 120),
      row('home, cold, member: of that what the app is', (member.drawn - member.data) / kilobyte, 'kB'),
      row('home, cold, member: gzip until the network rests', member.all / kilobyte, 'kB'),
      row('home, cold, member: requests until it is drawn', member.requests, ''),
    ]
  } finally {
    await served.close()
  }
}

interface Measured {
  /** Bytes until something is painted that the community wrote, be it by the server. */
  first: number
  /** Until the app shows the same, or what it has for its member. */
  drawn: number
  /** Of these, what is not the app itself. */
  data: number
  all: number
  requests: number
}

async function measure(rig: Rig, served: Served, handle: string | undefined): Promise<Measured> {
  const context = await rig.browser.newContext({
    locale: 'en-GB',
    serviceWorkers: 'block',
    extraHTTPHeaders: gzip,
  })
  if (handle !== undefined) await signIn(context, served, handle)
  const page = await context.newPage()
  const fetched = await count(context, page)
  await page.goto(served.url, { waitUntil: 'commit' })
  await page.locator('main li').first().waitFor()
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0)
  const first = fetched.bytes()
  await page.locator('#main:not([hidden]) li').first().waitFor()
  const [drawn, data, requests] = [fetched.bytes(), fetched.data(), fetched.requests()]
  if (rig.args.includes('--list')) console.log(fetched.list())
  await page.waitForLoadState('networkidle')
  await sleep(3_000)
  const all = fetched.bytes()
  await context.close()
  return { first, drawn, data, all, requests }
}

/** Counts what arrives, also of what has not arrived whole. */
export async function count(
  context: BrowserContext,
  page: Page,
  slow = true,
): Promise<{ bytes(): number; data(): number; requests(): number; list(): string }> {
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  if (slow) await slowly(cdp)
  const urls = new Map<string, string>()
  const sizes = new Map<string, number>()
  const add = (id: string, bytes: number): void => void sizes.set(id, (sizes.get(id) ?? 0) + bytes)
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url))
  cdp.on('Network.responseReceived', ({ requestId, response }) =>
    sizes.set(requestId, response.encodedDataLength),
  )
  cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) => add(requestId, encodedDataLength))
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    sizes.set(requestId, encodedDataLength),
  )
  cdp.on('Network.webSocketFrameReceived', ({ response }) =>
    add(
      'socket',
      response.opcode === 1 ? Buffer.byteLength(response.payloadData) : (response.payloadData.length * 3) / 4,
    ),
  )
  return {
    bytes: () => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    data: () =>
      [...sizes]
        .filter(([id]) => id === 'socket' || urls.get(id)?.includes('/api/'))
        .reduce((sum, [, bytes]) => sum + bytes, 0),
    requests: () => urls.size,
    list: () =>
      [...sizes]
        .sort(([, a], [, b]) => b - a)
        .map(([id, bytes]) => `    ${String(Math.round(bytes)).padStart(8)} ${urls.get(id) ?? id}`)
        .join('\n'),
  }
}
