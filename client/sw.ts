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

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: NOT_PAGES }))

self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim().then(() => obeyKillSwitch()))
})

self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.waitUntil(obeyKillSwitch())
})

let asked = Number.NEGATIVE_INFINITY

/** Never rejects: a server that cannot be reached, or answers anything else, changes nothing. */
async function obeyKillSwitch(): Promise<void> {
  if (performance.now() - asked < ASK_EVERY) return
  asked = performance.now()
  try {
    const answer = await fetch('/api/shell', { cache: 'no-store', credentials: 'omit' })
    if (!answer.ok) return
    const told: unknown = await answer.json()
    if (typeof told === 'object' && told !== null && 'kill' in told && told.kill === true) await remove()
  } catch {
    // Offline: this worker is what keeps the app open.
  }
}

/** Leaves the device's database alone: unsent work survives the shell that wrote it. */
async function remove(): Promise<void> {
  await self.registration.unregister()
  for (const name of await caches.keys()) await caches.delete(name)
  for (const client of await self.clients.matchAll({ type: 'window' })) await client.navigate(client.url)
}
