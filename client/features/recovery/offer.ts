import type { LostText } from '#client/core/copies.ts'
import { textOf } from '#client/core/update-log.ts'
import { parseRoom } from '#shared/core/wire.ts'
import { postsOf } from '#shared/features/discussions.ts'
import { canOffer, longestCopy } from '#shared/features/recovery.ts'

/** The text of a document that the server has lost some of; the same on every device that holds the same. */
export function offerOf({ room, doc }: LostText): { name: string; input: unknown } | undefined {
  if (!canOffer(room)) return undefined
  const text = parseRoom(room)?.kind === 'thread' ? threadOf(doc) : textOf(doc)
  if (text.trim() === '') return undefined
  const cut = text.length > longestCopy
  return { name: 'recovery.offer', input: { room, text: cut ? text.slice(0, longestCopy) : text, cut } }
}

function threadOf(doc: LostText['doc']): string {
  return postsOf(doc)
    .filter((post) => post.deletedAt === null)
    .map(
      (post) => `## ${post.number} · ${post.authorName} · ${new Date(post.at).toISOString()}\n\n${post.body}`,
    )
    .join('\n\n')
}
