/**
 * Recovery copies. After the server was restored from an older backup, devices send their own members' work again; what
 * they hold of others, and the server has lost, they offer here as text. Nobody is made its author by that: whoever looks
 * after the community reads it and decides, while the others' own devices may still bring theirs back.
 */
import * as v from 'valibot'
import { command, defineContract, query, row } from '../core/contract.ts'
import { holds, type Role, type Viewer } from '../core/viewer.ts'
import { parseRoom } from '../core/wire.ts'

export interface RecoveryRow {
  id: string
  /** `thread/<id>`, `notes/<sessionId>` … */
  room: string
  /** Whose device offered it first. */
  memberId: string
  memberName: string
  at: number
  /** Members whose devices hold the same text. */
  offers: number
  characters: number
  excerpt: string
  /** The text was longer, and is not whole. */
  cut: boolean
}

/** Of one copy, in UTF-16 code units. */
export const longestCopy = 400_000

const id = v.pipe(v.string(), v.uuid())

export const recovery = defineContract({
  name: 'recovery',
  always: true,
  commands: {
    offer: command(
      v.strictObject({
        room: v.pipe(v.string(), v.minLength(3), v.maxLength(230)),
        text: v.pipe(v.string(), v.minLength(1), v.maxLength(longestCopy)),
        cut: v.boolean(),
      }),
      () => 'offers',
    ),
    discard: command(v.strictObject({ id }), (input) => `copy:${input.id}`),
  },
  rows: { recoveries: row<RecoveryRow>('at') },
  documents: {},
  queries: {
    /** `null`: there is no such copy (any more). */
    copy: query<v.StrictObjectSchema<{ id: typeof id }, undefined>, { text: string } | null>(
      v.strictObject({ id }),
    ),
  },
  facts: {},
})

/** What many could read anyway moderators may look through; drafts and plans only whoever runs the community. */
export function keeperOf(room: string): Role {
  const kind = parseRoom(room)?.kind ?? ''
  return ['thread', 'content', 'notes'].includes(kind) ? 'moderator' : 'owner'
}

export function canOpenCopy(viewer: Viewer, room: string): boolean {
  return holds(viewer, keeperOf(room))
}

/** What a member keeps for themselves is nobody else's, and comes back from their own devices. */
export function canOffer(room: string): boolean {
  const kind = parseRoom(room)?.kind
  return kind !== undefined && kind !== 'me'
}
