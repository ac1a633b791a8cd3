/**
 * The service worker: it keeps the built shell and nothing else. Every navigation is answered with the
 * precached index.html, so that a deep link opens as fast without a network as with one; the app then
 * renders from the device's database. Data never passes through here: /api and /sync are left alone.
 *
 * A new version is installed beside the old one and waits until the page sends SKIP_WAITING, because a
 * page whose chunks vanish under it cannot save what its member is writing. Should a broken shell ever
 * have been shipped, the server says so at /api/shell, and the worker removes itself and its caches.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope

/** What the server answers itself: its interfaces, and files by extension (feeds, calendars, exports). */
const NOT_PAGES = [
  /^\/(?:api|sync|healthz|readyz|metrics)(?:\/|$)/,
  /\.(?:xml|rss|atom|ics|txt|json|webmanifest|csv|pdf|md|zip|js|css|map|wasm|png|jpe?g|gif|webp|avif|svg|ico|woff2?)$/i,
]

/** How often at most the kill switch is asked for, in milliseconds. */
const ASK_EVERY = 10 * 60_000
let asked = Number.NEGATIVE_INFINITY

/** Set once the server has switched this shell off: from then on everything comes from the network. */
let removed = false

// Before the routes: once one of them answers, later listeners do not hear of the request.
self.addEventListener('fetch', (event) => {
  if (removed) {
    event.respondWith(fetch(event.request))
    // A page that registers the shell while it goes keeps it alive: it goes again with every page that is opened.
    if (event.request.mode === 'navigate') event.waitUntil(self.registration.unregister())
  } else if (event.request.mode === 'navigate') event.waitUntil(obeyKillSwitch(event.resultingClientId))
})

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: NOT_PAGES }))

self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

// Without this, a page reloaded by `remove` would install the same worker again, and be reloaded again.
self.addEventListener('install', (event) => {
  event.waitUntil(
    isKilled().then((killed) => {
      if (killed) throw new Error('the server has switched the shell off')
    }),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim().then(() => obeyKillSwitch()))
})

/** What the server pushes: already in the member's language, and only what they may see. */
interface Pushed {
  title: string
  body: string
  /** Of this app. */
  path: string
  tag: string
}

self.addEventListener('push', (event) => {
  const pushed = event.data?.json() as Pushed | undefined
  if (!pushed) return
  const { title, body, path, tag } = pushed
  const shown = { body, tag, data: path, icon: '/icon-192.png', badge: '/icon-192.png' }
  event.waitUntil(
    self.registration.showNotification(title, shown).then(async () => {
      // Until the app is open and counts itself.
      await self.navigator.setAppBadge?.((await self.registration.getNotifications()).length)
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openAt(String(event.notification.data ?? '/')))
})

/** In a window that is open, so that nothing being written there is left behind another window. */
async function openAt(path: string): Promise<void> {
  const url = new URL(path, self.location.origin)
  if (url.origin !== self.location.origin) return
  const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (!open) return void (await self.clients.openWindow(url.href))
  await open.focus()
  open.postMessage({ type: 'OPEN', path: url.pathname + url.search + url.hash })
}

/** `opening` is the page whose navigation gave the occasion, if one did. */
async function obeyKillSwitch(opening?: string): Promise<void> {
  if (performance.now() - asked < ASK_EVERY) return
  if (await isKilled()) await remove(opening)
}

/** Never rejects: a server that cannot be reached, or answers anything else, changes nothing. */
async function isKilled(): Promise<boolean> {
  asked = performance.now()
  try {
    const answer = await fetch('/api/shell', { cache: 'no-store', credentials: 'omit' })
    if (!answer.ok) return false
    const told: unknown = await answer.json()
    return typeof told === 'object' && told !== null && 'kill' in told && told.kill === true
  } catch {
    // Offline: this worker is what keeps the app open. It asks again at the next page.
    asked = Number.NEGATIVE_INFINITY
    return false
  }
}

/** Leaves the device's database alone: unsent work survives the shell that wrote it. */
async function remove(opening?: string): Promise<void> {
  removed = true
  for (const name of await caches.keys()) await caches.delete(name)
  const page = opening ? await appearance(opening) : undefined
  const others = await self.clients.matchAll({ type: 'window' })
  await self.registration.unregister()
  for (const client of [page, ...others.filter(({ id }) => id !== page?.id)]) {
    if (client instanceof WindowClient) await client.navigate(client.url).catch(() => null)
  }
  // A page that registered in the meantime has revived the registration; its reload is past that.
  await self.registration.unregister()
}

/** A page that is being opened, as soon as it can be told something; undefined after five seconds. */
async function appearance(id: string): Promise<Client | undefined> {
  for (let waited = 0; waited < 5_000; waited += 50) {
    const client = await self.clients.get(id)
    if (client) return client
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return undefined
}
