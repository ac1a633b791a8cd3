/**
 * Recovery copies, server half: each text once, however many devices offer it, for as long as somebody may still need
 * it. What a member may offer is bounded; beyond that nothing is kept, and nothing is refused either, since no person
 * asked for it.
 */
import { createHash } from 'node:crypto'
import { listener, type ServerHalf, type Tx } from '#server/core/feature.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { excerpt } from '#shared/core/text.ts'
import { holds } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { profiles } from '#shared/features/profiles.ts'
import {
  canOffer,
  canOpenCopy,
  type recovery as contract,
  keeperOf,
  type RecoveryRow,
} from '#shared/features/recovery.ts'
import { type CopyRecord, db, migrations } from './tables.ts'

const keptFor = 180 * 86_400_000
/** Of one room; of what one member was the first to offer. */
const most = { room: 10, copies: 100, size: 4_000_000 }

export const recovery: ServerHalf<typeof contract> = {
  migrations,
  tables: { recovery_copy: ['recoveries', 'copy'], recovery_offer: ['recoveries'] },

  commands: {
    offer: {
      allow: (_act, { room }) =>
        canOffer(room) ? ok() : refuse('invalid', 'no such room, or one of a single member'),
      async handle({ tx, viewer, commandId }, { room, text, cut }) {
        await forgetOld(tx)
        const hash = createHash('sha256').update(text).digest('hex')
        const known = await db(tx)
          .selectFrom('recovery_copy')
          .selectAll()
          .where('room', '=', room)
          .where('hash', '=', hash)
          .executeTakeFirst()
        if (!known && !(await hasRoomFor(tx, viewer.id, room, text.length))) return ok({ kept: false })
        const fresh = { id: commandId, room, hash, text, size: text.length, cut: Number(cut), at: tx.now }
        const copy: CopyRecord = known ?? fresh
        if (!known) await db(tx).insertInto('recovery_copy').values(copy).execute()
        await db(tx)
          .insertInto('recovery_offer')
          .values({ copy_id: copy.id, member_id: viewer.id, at: tx.now })
          .onConflict((conflict) => conflict.columns(['copy_id', 'member_id']).doNothing())
          .execute()
        await publish(tx, copy)
        return ok({ kept: true })
      },
    },
    discard: {
      async allow({ tx, viewer }, { id }) {
        const copy = await copyOf(tx, id)
        if (!copy) return holds(viewer, 'moderator') ? ok() : refuse('not_found', 'there is no such copy')
        return canOpenCopy(viewer, copy.room) ? ok() : refuse('forbidden', 'not for your role')
      },
      async handle({ tx }, { id }) {
        await drop(tx, id)
        return ok()
      },
    },
  },

  rows: { recoveries: { audience: (row) => `role:${keeperOf(row.room)}` } },
  documents: {},
  on: { 'profiles.deleted': listener(profiles, 'deleted', unname) },
  evenUnused: ['profiles.deleted'],
  queries: {
    copy: {
      access: (viewer) => holds(viewer, 'moderator'),
      async run({ reader, viewer }, { id }) {
        const copy = await db(reader)
          .selectFrom('recovery_copy')
          .select(['room', 'text'])
          .where('id', '=', id)
          .executeTakeFirst()
        return copy && canOpenCopy(viewer, copy.room) ? { text: copy.text } : null
      },
    },
  },
}

function copyOf(tx: Tx, id: string): Promise<{ room: string } | undefined> {
  return db(tx).selectFrom('recovery_copy').select('room').where('id', '=', id).executeTakeFirst()
}

async function hasRoomFor(tx: Tx, memberId: string, room: string, size: number): Promise<boolean> {
  const inRoom = await db(tx)
    .selectFrom('recovery_copy')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('room', '=', room)
    .executeTakeFirstOrThrow()
  const ofMember = await db(tx)
    .selectFrom('recovery_offer')
    .innerJoin('recovery_copy', 'recovery_copy.id', 'recovery_offer.copy_id')
    .select((select) => [
      select.fn.countAll<number>().as('count'),
      select.fn.sum<number | null>('recovery_copy.size').as('size'),
    ])
    .where('recovery_offer.member_id', '=', memberId)
    .executeTakeFirstOrThrow()
  return (
    Number(inRoom.count) < most.room &&
    Number(ofMember.count) < most.copies &&
    Number(ofMember.size ?? 0) + size <= most.size
  )
}

async function publish(tx: Tx, copy: CopyRecord): Promise<void> {
  const offers = await db(tx)
    .selectFrom('recovery_offer')
    .selectAll()
    .where('copy_id', '=', copy.id)
    .orderBy('at')
    .orderBy('member_id')
    .execute()
  const memberId = offers[0]!.member_id
  const member = await tx.row<MemberRow>('members', memberId)
  const row: RecoveryRow = {
    id: copy.id,
    room: copy.room,
    memberId,
    memberName: member?.name ?? '',
    at: copy.at,
    offers: offers.length,
    characters: copy.size,
    excerpt: excerpt(copy.text, 200),
    cut: copy.cut === 1,
  }
  await tx.publish('recoveries', copy.id, row)
}

async function forgetOld(tx: Tx): Promise<void> {
  const old = await db(tx)
    .selectFrom('recovery_copy')
    .select('id')
    .where('at', '<', tx.now - keptFor)
    .execute()
  for (const { id } of old) await drop(tx, id)
}

async function drop(tx: Tx, id: string): Promise<void> {
  await db(tx).deleteFrom('recovery_offer').where('copy_id', '=', id).execute()
  await db(tx).deleteFrom('recovery_copy').where('id', '=', id).execute()
  await tx.publish('recoveries', id, null)
}

/** Copies name who wrote, and whose device had them. */
async function unname(tx: Tx, { memberId, name }: { memberId: string; name: string }): Promise<void> {
  const offered = db(tx).selectFrom('recovery_offer').select('copy_id').where('member_id', '=', memberId)
  const copies = await db(tx)
    .selectFrom('recovery_copy')
    .selectAll()
    .where((where) => where.or([where('id', 'in', offered), where('text', 'like', `% · ${name} · %`)]))
    .execute()
  for (const copy of copies) {
    const text = name === '' ? copy.text : copy.text.replaceAll(` · ${name} · `, ' · … · ')
    await db(tx).updateTable('recovery_copy').set({ text }).where('id', '=', copy.id).execute()
    await publish(tx, { ...copy, text })
  }
}
