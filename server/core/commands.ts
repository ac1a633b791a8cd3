/**
 * Commands: small typed acts of members, taken once. A command is known by (member, id): a retry is answered with the
 * stored result, and its input is not kept. Each runs parse → screens → rule → handler in one transaction, whose effects
 * and stored result are one; a refusal rolls everything back and is stored by itself. `after` names commands that must
 * have succeeded: if one was refused this one is refused with it, if one has not arrived this one is asked to wait.
 */
import type { Kysely } from 'kysely'
import * as v from 'valibot'
import { parse } from '#shared/core/contract.ts'
import {
  isTransient,
  isUnknown,
  ok,
  type Refusal,
  type Result,
  refuse,
  unknownReason,
} from '#shared/core/result.ts'
import { isMember, type Member } from '#shared/core/viewer.ts'
import type { CommandEnvelope, CommandResult, Landing } from '#shared/core/wire.ts'
import { decideAccess } from './access.ts'
import type { Database } from './db.ts'
import type { Act, CommandHandler, Registry } from './feature.ts'
import { audiencesOf } from './feed.ts'
import type { Log } from './services.ts'
import { barredRefusal, sessionNow } from './session.ts'
import type { CoreTables } from './tables.ts'
import type { CoreTx, Effects } from './transact.ts'

const envelopeSchema = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  name: v.pipe(v.string(), v.maxLength(80)),
  input: v.unknown(),
  after: v.optional(v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.maxLength(50))),
  at: v.pipe(v.number(), v.integer()),
})

export function parseEnvelope(input: unknown): Result<CommandEnvelope> {
  return parse(envelopeSchema, input) as Result<CommandEnvelope>
}

export interface CommandsOptions {
  database: Database
  registry: Registry
  log: Log
  transact<T>(work: (tx: CoreTx) => Promise<T>): Promise<T>
}

class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** @param sessionId when it came by a session, which has to last until it is taken. */
export type Execute = (
  member: Member,
  envelope: CommandEnvelope,
  sessionId?: string,
) => Promise<CommandResult>

export function createExecute(options: CommandsOptions): Execute {
  const { registry, transact } = options

  return async (member, envelope, sessionId) => {
    const { id } = envelope
    try {
      const outcome = await transact((tx) => run(tx, member, envelope, sessionId))
      if ('stored' in outcome) return outcome.stored
      return outcome.result
    } catch (error) {
      if (error instanceof Refused) return settleRefusal(member, id, error.refusal)
      if (options.database.isFull(error)) {
        const full = { reason: 'core.read_only', params: { seconds: 5 } }
        return answer(id, { code: 'unavailable', message: 'the disk is full', ...full })
      }
      if (options.database.isBusy(error)) {
        return answer(id, { code: 'unavailable', message: 'too many are at the same thing; try again' })
      }
      options.log.error('command failed', {
        command: envelope.name,
        id,
        error: String((error as Error)?.stack ?? error),
      })
      return answer(id, { code: 'internal', message: 'the server failed on this command' })
    }
  }

  async function run(
    tx: CoreTx,
    sender: Member,
    envelope: CommandEnvelope,
    sessionId: string | undefined,
  ): Promise<{ stored: CommandResult } | { result: CommandResult }> {
    // A request with many commands takes a while, in which a session or a role may end.
    const viewer = await memberNow(tx, sender.id, sessionId)
    const earlier = await findResult(tx.trx, sender.id, envelope.id)
    if (earlier) return { stored: earlier }
    for (const dependency of envelope.after ?? []) {
      const result = await findResult(tx.trx, viewer.id, dependency)
      if (!result) throw refused('waiting', `command ${dependency} has not arrived`)
      if (result.ok && result.state === 'held') throw refused('waiting', `command ${dependency} is in review`)
      if (!result.ok) throw refused('dependency', result.message, { reason: 'core.refused_dependency' })
    }
    const used = await tx.used()
    const { handler, input } = unwrap(findCommand(registry, used, envelope.name, envelope.input))
    const act: Act = { tx, viewer, commandId: envelope.id, at: envelope.at }
    let held = false
    for (const half of Object.values(used.features)) {
      const screen =
        half.screens && Object.hasOwn(half.screens, envelope.name) ? half.screens[envelope.name] : undefined
      if (!screen) continue
      const verdict = await screen(act, input)
      if (verdict === 'accept') continue
      if ('hold' in verdict) held = true
      else throw new Refused(verdict)
    }
    unwrap(await handler.allow(act, input))
    const data = held ? null : unwrap(await handler.handle(act, input))
    const result: CommandResult = {
      id: envelope.id,
      ok: true,
      state: held ? 'held' : 'saved',
      data: data ?? null,
      lands: await landing(tx, viewer, tx.effects),
    }
    await storeResult(tx.trx, viewer.id, result, tx.now)
    return { result }
  }

  async function landing(tx: CoreTx, member: Member, effects: Effects): Promise<Landing> {
    const audiences = new Set<string>(await audiencesOf(tx.trx, member, tx.now))
    const feed = Object.fromEntries([...effects.feed].filter(([audience]) => audiences.has(audience)))
    const rooms: Record<string, number> = {}
    const used = await tx.used()
    for (const [room, sequence] of effects.rooms) {
      // A landing must not name what its author will never receive.
      const readable = await decideAccess(used, tx.trx, tx, member, { kind: 'room', room }, 'read')
      if (readable) rooms[room] = sequence
    }
    return { feed, rooms }
  }

  async function settleRefusal(member: Member, id: string, refusal: Refusal): Promise<CommandResult> {
    const result = answer(id, refusal)
    if (isTransient(refusal.code) || isUnknown(refusal)) return result
    return transact(async (tx) => {
      const earlier = await findResult(tx.trx, member.id, id)
      if (earlier) return earlier
      await storeResult(tx.trx, member.id, result, tx.now)
      return result
    })
  }
}

function answer(id: string, refusal: Refusal): CommandResult {
  return { id, ok: false, ...refusal }
}

function refused(...of: Parameters<typeof refuse>): Refused {
  const result = refuse(...of)
  return new Refused((result as { error: Refusal }).error)
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Refused(result.error)
  return result.value
}

/** What takes it, and its input, parsed. */
export function findCommand(
  registry: Registry,
  used: Registry,
  full: string,
  raw: unknown,
): Result<{ handler: CommandHandler; input: unknown }> {
  const [feature, name] = full.split('.', 2) as [string, string | undefined]
  const contract = Object.hasOwn(registry.contracts, feature) ? registry.contracts[feature] : undefined
  if (!contract || name === undefined || !Object.hasOwn(contract.commands, name)) {
    return refuse('invalid', `no command is named ${full}`, { field: 'name', reason: unknownReason })
  }
  if (!Object.hasOwn(used.features, feature)) {
    return refuse('not_found', `this community does not use ${feature}`, { reason: 'core.refused_unused' })
  }
  const input = parse(contract.commands[name]!.input, raw)
  return input.ok ? ok({ handler: registry.features[feature]!.commands[name]!, input: input.value }) : input
}

async function memberNow(tx: CoreTx, id: string, sessionId: string | undefined): Promise<Member> {
  const bar = await tx.barOf(id)
  if (bar) throw new Refused(barredRefusal(bar))
  const viewer =
    sessionId === undefined ? await tx.viewerOf(id) : (await sessionNow(tx.trx, sessionId, tx.now))?.viewer
  if (!viewer || !isMember(viewer) || viewer.id !== id)
    throw refused('unauthenticated', 'the session or the role has ended')
  return viewer
}

async function findResult(
  trx: Kysely<CoreTables>,
  memberId: string,
  id: string,
): Promise<CommandResult | undefined> {
  const found = await trx
    .selectFrom('command_result')
    .select('result')
    .where('member_id', '=', memberId)
    .where('command_id', '=', id)
    .executeTakeFirst()
  return found ? (JSON.parse(found.result) as CommandResult) : undefined
}

async function storeResult(
  trx: Kysely<CoreTables>,
  memberId: string,
  result: CommandResult,
  now: number,
): Promise<void> {
  await trx
    .insertInto('command_result')
    .values({ member_id: memberId, command_id: result.id, result: JSON.stringify(result), at: now })
    .execute()
}
