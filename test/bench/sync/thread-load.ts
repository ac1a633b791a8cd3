/** Opening a thread the way a device does that has nothing of it yet, until its posts can be shown. */
import * as Y from 'yjs'
import { postsOf } from '#shared/features/discussions.ts'
import { dialects } from './dialects.ts'
import { median } from './measure.ts'
import { toggleProfile } from './profile.ts'
import { openRaw } from './raw-socket.ts'
import { enterRoom, type RoomClient, type Target, until } from './room-client.ts'

export interface ThreadOrder extends Target {
  /** Its pages, or the one document that holds it all. */
  rooms: string[]
  /** That must be found in them, together. */
  posts: number
  times: number
}

export interface ThreadResult {
  milliseconds: number
  /** Received, of the server's messages. */
  bytes: number
}

export async function openThread(order: ThreadOrder): Promise<ThreadResult> {
  const dialect = dialects[order.server]
  const times: number[] = []
  let bytes = 0
  const others = await keepOpen(order)
  await toggleProfile(order.pid, order.profiled)
  for (let i = 0; i < order.times; i++) {
    bytes = 0
    // A device has its socket already.
    const count = dialect.channels ? 1 : order.rooms.length
    const sockets = await Promise.all(
      order.rooms
        .slice(0, count)
        .map((room) => openRaw(dialect.address(order.port, room, order.cookies[i % order.cookies.length]))),
    )
    const start = performance.now()
    const shown = await new Promise<number[]>((resolve, reject) => {
      const counts: number[] = []
      for (const socket of sockets) {
        socket.onMessage = (message) => {
          bytes += message.byteLength
          const heard = dialect.read(message)
          if (heard.kind === 'refused') reject(new Error(heard.why))
          if (heard.kind !== 'state') return
          const doc = new Y.Doc()
          Y.applyUpdate(doc, heard.update)
          counts.push(dialect.channels ? postsOf(doc).length : sharedPosts(doc).length)
          if (counts.length === order.rooms.length) resolve(counts)
        }
        socket.onClose = (why) => reject(new Error(why))
      }
      for (const [r, room] of order.rooms.entries()) dialect.greet(sockets[r % count]!, room, r + 1)
    })
    times.push(performance.now() - start)
    for (const socket of sockets) {
      socket.onClose = () => {}
      socket.destroy()
    }
    const found = shown.reduce((sum, count) => sum + count, 0)
    if (found !== order.posts) throw new Error(`${order.server}: ${found} posts of ${order.posts}`)
  }
  await toggleProfile(order.pid, order.profiled)
  for (const other of others) other.leave()
  return { milliseconds: median(times), bytes }
}

/** Others are there already, so that no server has to load what it is asked for. */
async function keepOpen(order: ThreadOrder): Promise<RoomClient[]> {
  let failure: string | undefined
  const others: RoomClient[] = []
  for (const [i, room] of order.rooms.entries()) {
    const onFailed = (why: string): void => {
      failure ??= why
    }
    others.push(await enterRoom(order, room, i, { onFailed }))
  }
  await until(() => others.every(({ ready }) => ready) || failure !== undefined)
  if (failure !== undefined) throw new Error(failure)
  return others
}

/** The same of a document that holds each post as a map that several may write. */
function sharedPosts(doc: Y.Doc): { number: number }[] {
  const posts = [...(doc.getMap('posts') as Y.Map<Y.Map<unknown>>).values()].map(
    (post) => post.toJSON() as { number: number },
  )
  return posts.sort((a, b) => a.number - b.number)
}

/** Puts a document into a room, and waits until the server has taken it. */
export async function fillRoom(order: Target & { room: string; update: Uint8Array }): Promise<void> {
  let failure: string | undefined
  const client = await enterRoom(order, order.room, 0, {
    onFailed(why) {
      failure ??= why
    },
  })
  await until(() => client.ready || failure !== undefined)
  client.send(order.update)
  await until(() => client.waiting === 0 || failure !== undefined)
  client.leave()
  if (failure !== undefined) throw new Error(failure)
}
