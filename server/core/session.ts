/**
 * Sessions: a random token in an HttpOnly cookie, of which the database keeps only a hash. Every sign-in makes a new
 * one. Roles are read with the session, so a changed role counts from the next request, and from the next check of
 * open sockets.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest, type Member, type Role } from '#shared/core/viewer.ts'
import type { Database } from './db.ts'
import type { Env, Sessions } from './services.ts'
import type { CoreTables } from './tables.ts'

const lifetime = 60 * 24 * 60 * 60 * 1000
/** `seen_at` is for people to look at; an hour is exact enough and spares a write a request. */
const seenEvery = 60 * 60 * 1000

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/**
 * The viewer that a session stands for now, and when that has to be asked again at the latest: when it or a grant ends
 * by itself. `undefined`: it has ended.
 */
export async function sessionNow(
  db: Kysely<CoreTables>,
  sessionId: string,
  now: number,
): Promise<{ viewer: Member; until: number } | undefined> {
  const found = await db
    .selectFrom('session')
    .innerJoin('role', 'role.member_id', 'session.member_id')
    .select(['session.member_id', 'session.expires_at', 'role.role'])
    .where('session.id', '=', sessionId)
    .where('session.expires_at', '>', now)
    .executeTakeFirst()
  if (!found) return undefined
  const grant = await db
    .selectFrom('membership')
    .select((select) => select.fn.min('until').as('until'))
    .where('member_id', '=', found.member_id)
    .where('until', '>', now)
    .executeTakeFirst()
  return {
    viewer: { id: found.member_id, role: found.role as Role },
    until: Math.min(found.expires_at, grant?.until ?? Number.POSITIVE_INFINITY),
  }
}

export function createSessions(database: Database, env: Env, now: () => number): Sessions {
  const { kysely, durability } = database
  const secure = env.publicUrl.startsWith('https:')
  const name = secure ? '__Host-lyceum' : 'lyceum'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

  return {
    async open(memberId, agent) {
      const token = randomBytes(32).toString('base64url')
      const id = uuidv7(now())
      await kysely
        .insertInto('session')
        .values({
          id,
          token_hash: hashToken(token),
          member_id: memberId,
          agent: agent.slice(0, 200),
          opened_at: now(),
          seen_at: now(),
          expires_at: now() + lifetime,
        })
        .execute()
      durability.committed()
      await durability.settled()
      return { token, id }
    },

    async viewer(token) {
      if (!token) return { viewer: guest, sessionId: null }
      const found = await kysely
        .selectFrom('session')
        .innerJoin('role', 'role.member_id', 'session.member_id')
        .select(['session.id', 'session.member_id', 'session.seen_at', 'role.role'])
        .where('token_hash', '=', hashToken(token))
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (!found) return { viewer: guest, sessionId: null }
      if (now() - found.seen_at > seenEvery) {
        await kysely
          .updateTable('session')
          .set({ seen_at: now(), expires_at: now() + lifetime })
          .where('id', '=', found.id)
          .execute()
          .catch((error) => {
            // A full disk keeps nobody from reading.
            if (!database.isFull(error)) throw error
          })
      }
      return { viewer: { id: found.member_id, role: found.role as Role }, sessionId: found.id }
    },

    async list(memberId) {
      const rows = await kysely
        .selectFrom('session')
        .select(['id', 'agent', 'opened_at', 'seen_at'])
        .where('member_id', '=', memberId)
        .where('expires_at', '>', now())
        .orderBy('seen_at', 'desc')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        agent: row.agent,
        openedAt: row.opened_at,
        seenAt: row.seen_at,
      }))
    },

    async close(sessionId) {
      await kysely.deleteFrom('session').where('id', '=', sessionId).execute()
      durability.committed()
      await durability.settled()
    },

    cookie: (token) => `${name}=${token}; ${attributes}; Max-Age=${lifetime / 1000}`,
    clearCookie: () => `${name}=; ${attributes}; Max-Age=0`,

    tokenOf(request) {
      const cookies = request.headers.get('cookie') ?? ''
      for (const part of cookies.split(';')) {
        const [key, value] = part.trim().split('=', 2)
        if (key === name && value) return value
      }
      return undefined
    },
  }
}
