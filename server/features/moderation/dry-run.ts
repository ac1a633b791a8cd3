/** What a rule would have caught among what was posted last: the same judgement as for what arrives. */
import type { MatterNow, Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { excerpt } from '#shared/core/text.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { Caught } from '#shared/features/moderation.ts'
import { applies, isNewcomer, type Rule } from '#shared/features/moderation-rules.ts'
import { fingerprint, readingsOf } from '#shared/features/moderation-text.ts'
import { rulesOf } from './rules.ts'

const mostLooked = 500
const mostShown = 50
/** It is somebody's form that waits, and everybody's server that works. */
const budget = 500

interface Found extends MatterNow {
  target: string
}

export async function dryRun(
  reader: Reader,
  services: Services,
  rule: Rule,
): Promise<{ looked: number; caught: Caught[]; more: number; since: number | null }> {
  const found: Found[] = []
  for (const [kind, matter] of Object.entries(services.matters())) {
    for (const one of (await matter.recent?.(reader, mostLooked)) ?? [])
      found.push({ ...one, target: `${kind}:${one.id}` })
  }
  found.sort((a, b) => a.at - b.at)
  const rules = await rulesOf(reader)
  const members = new Map((await reader.rows<MemberRow>('members')).map(({ id, data }) => [id, data]))
  const posts = new Map<string, number>()
  const seen: { authorId: string | null; print: string; at: number }[] = []
  const caught: Caught[] = []
  let looked = 0
  let more = 0
  let since: number | null = null
  const began = performance.now()
  for (const one of found.slice(-mostLooked)) {
    if (performance.now() - began > budget) break
    if (looked++ % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    since ??= one.at
    const author = one.authorId === null ? undefined : members.get(one.authorId)
    const count = posts.get(one.authorId ?? '') ?? 0
    posts.set(one.authorId ?? '', count + 1)
    const text = `${one.title}\n${one.text}`
    const print = fingerprint(one.text)
    const isNew =
      author?.role === 'member' && isNewcomer(rules, { posts: count, joinedAt: author.joinedAt, now: one.at })
    const circumstances = {
      now: one.at,
      isNew,
      posts: count,
      print,
      recent: seen.map((other) => ({
        mine: other.authorId === one.authorId,
        print: other.print,
        at: other.at,
      })),
    }
    seen.push({ authorId: one.authorId, print, at: one.at })
    if (rule.who === 'new' && !isNew) continue
    if (!applies(rule, text, readingsOf(text), circumstances)) continue
    if (caught.length >= mostShown) {
      more++
      continue
    }
    const { target, path, title, authorName, at } = one
    caught.push({ target, path, title, authorName, excerpt: excerpt(one.text, 200), at })
  }
  caught.reverse()
  return { looked, caught, more, since }
}
