/**
 * Sessions: a random token in an HttpOnly cookie, of which the database keeps only a hash. Every sign-in makes a new
 * one. Roles are read with the session, so a changed role counts from the next request, and from the next check of
 * open sockets.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { CompiledQuery, Kysely } from 'kysely'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Refusal } from '#shared/core/result.ts'
import { guest, type Member, type Role } from '#shared/core/viewer.ts'
import { compiled, rowsAtOnce, rowsOf } from './compiled.ts'
import type { Database, Direct } from './db.ts'
import type { Env, Sessions } from './services.ts'
import type { CoreTables } from './tables.ts'

const lifetime = 60 * 24 * 60 * 60 * 1000
/** `seen_at` is for people to look at; an hour is exact enough and spares a write a request. */
const seenEvery = 60 * 60 * 1000

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export interface Bar {
  until: number
  why: string
}

/** Why this member may not come in now, if so. */
export async function findBar(
  db: Kysely<CoreTables>,
  memberId: string,
  now: number,
): Promise<Bar | undefined> {
  const [found] = await rowsOf(db, barQuery(db), [memberId, now])
  return found
}

function barQuery(db: Kysely<CoreTables>): CompiledQuery<Bar> {
  return compiled(db, 'bar', () =>
    db.selectFrom('bar').select(['until', 'why']).where('member_id', '=', '').where('until', '>', 0),
  )
}

export function barredRefusal({ until, why }: Bar): Refusal {
  return {
    code: 'unauthenticated',
    message: 'this member is suspended',
    reason: 'core.refused_suspended',
    params: { until, why },
  }
}

export interface SessionNow {
  viewer: Member
  until: number
}

/**
 * The viewer that a session stands for now, and when that has to be asked again at the latest: when it or a grant ends
 * by itself. `undefined`: it has ended.
 */
export async function sessionNow(
  db: Kysely<CoreTables>,
  sessionId: string,
  now: number,
): Promise<SessionNow | undefined> {
  const [found] = await rowsOf(db, standingQuery(db), [sessionId, now])
  if (!found) return undefined
  const [grant] = await rowsOf(db, grantQuery(db), [found.member_id, now])
  return standing(found, grant)
}

/** The same, when it need not be waited for. */
export function sessionNowAtOnce(
  db: Kysely<CoreTables>,
  direct: Direct,
  sessionId: string,
  now: number,
): SessionNow | undefined {
  const [found] = rowsAtOnce(direct, standingQuery(db), [sessionId, now])
  if (!found) return undefined
  const [grant] = rowsAtOnce(direct, grantQuery(db), [found.member_id, now])
  return standing(found, grant)
}

interface Standing {
  member_id: string
  expires_at: number
  role: string
}

function standing(
  { member_id, expires_at, role }: Standing,
  grant: { until: number | null } | undefined,
): SessionNow {
  return {
    viewer: { id: member_id, role: role as Role },
    until: Math.min(expires_at, grant?.until ?? Number.POSITIVE_INFINITY),
  }
}

function standingQuery(db: Kysely<CoreTables>): CompiledQuery<Standing> {
  return compiled(db, 'session', () =>
    db
      .selectFrom('session')
      .innerJoin('role', 'role.member_id', 'session.member_id')
      .select(['session.member_id', 'session.expires_at', 'role.role'])
      .where('session.id', '=', '')
      .where('session.expires_at', '>', 0),
  )
}

function grantQuery(db: Kysely<CoreTables>): CompiledQuery<{ until: number | null }> {
  return compiled(db, 'first grant to end', () =>
    db
      .selectFrom('membership')
      .select((select) => select.fn.min('until').as('until'))
      .where('member_id', '=', '')
      .where('until', '>', 0),
  )
}

interface Signed {
  id: string
  member_id: string
  seen_at: number
  role: string
}

function tokenQuery(db: Kysely<CoreTables>): CompiledQuery<Signed> {
  return compiled(db, 'session of a token', () =>
    db
      .selectFrom('session')
      .innerJoin('role', 'role.member_id', 'session.member_id')
      .select(['session.id', 'session.member_id', 'session.seen_at', 'role.role'])
      .where('token_hash', '=', '')
      .where('expires_at', '>', 0),
  )
}

export function createSessions(database: Database, env: Env, now: () => number): Sessions {
  const { kysely, durability, direct } = database
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
          // Whoever is kept out is not let in by a door that did not ask.
          expires_at: (await findBar(kysely, memberId, now())) ? now() : now() + lifetime,
        })
        .execute()
      durability.committed()
      await durability.settled()
      return { token, id }
    },

    async viewer(token) {
      if (!token) return { viewer: guest, sessionId: null }
      const asked = [hashToken(token), now()]
      const [found] = direct?.isFree
        ? rowsAtOnce(direct, tokenQuery(kysely), asked)
        : await rowsOf(kysely, tokenQuery(kysely), asked)
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

    async bar(token) {
      if (!token) return undefined
      const found = await kysely
        .selectFrom('session')
        .innerJoin('bar', 'bar.member_id', 'session.member_id')
        .select(['session.member_id', 'bar.until', 'bar.why'])
        .where('session.token_hash', '=', hashToken(token))
        .where('bar.until', '>', now())
        .executeTakeFirst()
      return found && { memberId: found.member_id, until: found.until, why: found.why }
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
