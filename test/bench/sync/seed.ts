/** A community for our server to serve: members with open sessions, an event whose sessions have notes, a long thread. */
import { join } from 'node:path'
import { openCommunity } from '#server/app.ts'
import { openSqlite } from '#server/core/db.ts'
import { createLog, readEnv } from '#server/env.ts'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member } from '#shared/core/viewer.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'

export interface Plan {
  /** With one open session each. */
  members?: number
  /** Rooms `notes/s0` …, each of a session of one event. */
  rooms?: number
  /** Characters of text that each room begins with. */
  characters?: number
  /** Posts of the thread `thread`. */
  posts?: number
}

export interface Seeded {
  /** Session cookies, one a member. */
  cookies: string[]
}

export async function seed(order: { folder: string; port: number; plan: Plan }): Promise<Seeded> {
  const { folder, port, plan } = order
  const env = readEnv({ DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'warn' })
  const community = await openCommunity({
    database: openSqlite(join(folder, 'lyceum.sqlite')),
    env,
    log: createLog('warn'),
  })
  try {
    const { services } = community
    const cookies: string[] = []
    const members: Member[] = []
    for (let i = 0; i < (plan.members ?? 1); i++) {
      const handle = `attendee-${i}`
      const created = await createMember(services, {
        handle,
        name: `Attendee ${i}`,
        email: `${handle}@example.org`,
        role: i === 0 ? 'owner' : 'member',
        language: 'en',
      })
      if (!created.ok) throw new Error(created.error.message)
      const { token } = await services.sessions.open(created.value.id, 'bench')
      members.push({ id: created.value.id, role: i === 0 ? 'owner' : 'member' })
      cookies.push(services.sessions.cookie(token).split(';')[0]!)
    }
    await services.transact(async (tx) => {
      await tx.publish('events', 'e', {
        id: 'e',
        slug: 'e',
        title: 'An event',
        access: 'public',
      } satisfies Partial<EventRow>)
      for (let i = 0; i < (plan.rooms ?? 0); i++) {
        await tx.publish('sessions', `s${i}`, {
          id: `s${i}`,
          eventId: 'e',
          title: `Session ${i}`,
          access: 'public',
        } satisfies Partial<SessionRow>)
      }
    })
    const text = 'What was said in this session. '.repeat(1_000).slice(0, plan.characters ?? 0)
    for (let i = 0; text !== '' && i < (plan.rooms ?? 0); i++) {
      await community.edit(members[0]!, `notes/s${i}`, (doc) => doc.getText('body').insert(0, text))
    }
    for (let i = 0; i < (plan.posts ?? 0); i++) {
      const postId = uuidv7()
      const body = bodyOfPost(i)
      const done = await services.execute(members[i % members.length]!, {
        id: uuidv7(),
        at: Date.now(),
        ...(i === 0
          ? {
              name: 'discussions.open_thread',
              input: {
                threadId,
                postId,
                title: 'A long thread',
                kind: 'talk',
                subject: null,
                tags: [],
                body,
              },
            }
          : { name: 'discussions.post', input: { threadId, postId, body, replyTo: null } }),
      })
      if (!done.ok) throw new Error(done.message)
    }
    return { cookies }
  } finally {
    await community.close()
  }
}

export const threadId = '019f0000-0000-7000-8000-000000000000'

const words =
  'room update merge cursor offline member thread notes server device the of and a to in that it'.split(' ')

/** About 400 characters, never the same. */
export function bodyOfPost(i: number): string {
  let body = `Post ${i}:`
  for (let n = i * 7919; body.length < 400; n = (n * 48_271 + 11) % 2_147_483_647)
    body += ` ${words[n % words.length]}`
  return body
}
