/** A device that follows the feed: told of what is new from its cursor on, page by page, as fast as it reads. */
import { encodeFeed, type FeedPage } from '#shared/core/wire.ts'
import type { Connection } from './connection.ts'

/** A page, and the audiences that were the viewer's when it was read. */
export interface FeedAnswer {
  audiences: readonly string[]
  page: FeedPage
}

export interface Follower {
  readonly isFollowing: boolean
  /** From here on; answered also when there is nothing new. */
  from(cursor: string): void
  /** There may be something new, if need be only for these audiences. */
  look(moved?: ReadonlySet<string>): void
}

export interface FollowerOptions {
  connection: Pick<Connection, 'send' | 'drained' | 'isOpen'>
  /** `undefined`: the session has ended. */
  feedPage(cursor: string): Promise<FeedAnswer | undefined>
  onEnded(): void
  onError(error: unknown): void
}

export function createFollower(options: FollowerOptions): Follower {
  const { connection } = options
  let cursor: string | undefined
  /** A device that is up to date must be told so once. */
  let greeted = false
  /** It was told that the server is read-only. */
  let readOnly: true | undefined
  let telling = false
  let again = false
  let audiences: readonly string[] | undefined

  async function tell(): Promise<void> {
    while (again && connection.isOpen) {
      again = false
      await connection.drained()
      const before = cursor
      if (before === undefined) return
      const answer = await options.feedPage(before)
      if (!answer) return options.onEnded()
      const { page } = answer
      audiences = answer.audiences
      // A subscription that came in meanwhile starts over from its own cursor.
      if (cursor !== before) {
        again = true
        continue
      }
      cursor = page.cursor
      again ||= page.more
      const isNews = page.rows.length > 0 || page.cursor !== before || page.readOnly !== readOnly
      if (!isNews && greeted) continue
      greeted = true
      readOnly = page.readOnly
      connection.send(encodeFeed(JSON.stringify(page)), true)
    }
  }

  function look(moved?: ReadonlySet<string>): void {
    if (cursor === undefined) return
    // While a page is being read, its audiences are not known.
    if (moved && audiences && !telling && !audiences.some((audience) => moved.has(audience))) return
    again = true
    if (telling) return
    telling = true
    tell()
      .catch(options.onError)
      .finally(() => {
        telling = false
        if (again && connection.isOpen) look()
      })
  }

  return {
    get isFollowing() {
      return cursor !== undefined
    },
    from(next) {
      cursor = next
      greeted = false
      look()
    },
    look,
  }
}
