/** What a training reads of members: acts and shared reads as the community weighs them, and who is in which tier. */
import type { Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { createInteractions, type Interactions } from '#server/train/interactions.ts'
import type { TrainInput } from '#server/train/train.ts'
import type { EntitlementRow } from '#shared/features/memberships.ts'
import { usualWeights, type WeighedAct, type WeightSettings } from '#shared/features/recommendation-models.ts'
import { db, type InteractionKind } from './tables.ts'

export interface MembersInput {
  interactions: Interactions
  portrayed: Int32Array
  tiers?: NonNullable<TrainInput['tiers']>
}

const actOf: Record<InteractionKind, WeighedAct | undefined> = {
  rsvp: 'rsvp',
  question: 'question',
  post: 'post',
  reaction: 'reaction',
  accepted: 'accepted',
  written: 'post',
  enrolled: 'enrolled',
  completed: 'completed',
  attended: 'attended',
  purchased: 'purchased',
  // What came with a file came with its own weights.
  imported: undefined,
}

/** Numbers for names: the trainer knows nobody. Rows keep the usual weights, so that others work on all of them at once. */
export function readMembers(services: Services, weights: WeightSettings): Promise<MembersInput> {
  return services.read(async (reader) => {
    const builder = createInteractions()
    const names: string[] = []
    const add = (member: string, item: string, weight: number, at: number): void => {
      const before = builder.numberOf(member)
      // An act that does not count is not an interaction.
      if (builder.add(member, item, weight, at === 0 ? Number.NaN : at) && before === undefined)
        names.push(member)
    }
    const acts = await db(reader)
      .selectFrom('recommendations_interaction')
      .select(['member_id', 'item', 'kind', 'weight', 'at'])
      .orderBy('member_id')
      .orderBy('item')
      .orderBy('kind')
      .orderBy('source')
      .execute()
    for (const { member_id, item, kind, weight, at } of acts)
      add(member_id, item, weight * share(actOf[kind], weights), at)
    const shared = await db(reader)
      .selectFrom('recommendations_shared')
      .select(['member_id', 'item', 'weight', 'at'])
      .orderBy('member_id')
      .orderBy('item')
      .execute()
    for (const { member_id, item, weight, at } of shared)
      add(member_id, item, weight * share('read', weights), at)
    const sharing = await db(reader)
      .selectFrom('recommendations_sharing')
      .select('member_id')
      .orderBy('member_id')
      .execute()
    const portrayed = Int32Array.from(sharing.flatMap((row) => builder.numberOf(row.member_id) ?? []))
    const tiers = await tiersOf(reader, names)
    return { interactions: builder.build(), portrayed, ...(tiers ? { tiers } : {}) }
  })
}

/** What an act weighs here over what it usually weighs. */
function share(act: WeighedAct | undefined, { acts }: WeightSettings): number {
  return act === undefined ? 1 : acts[act] / usualWeights.acts[act]
}

/** @param names of the members, by number. @returns undefined where nobody is in a tier */
async function tiersOf(reader: Reader, names: readonly string[]): Promise<TrainInput['tiers']> {
  const subjects = new Map<string, number>()
  const groupOf = new Map<string, number>()
  for (const { data } of await reader.rows<EntitlementRow>('entitlements')) {
    const { subject, memberId, state, until } = data
    if (state !== 'granted' || !subject.startsWith('tier:') || (until !== null && until <= reader.now))
      continue
    if (!subjects.has(subject)) subjects.set(subject, subjects.size)
    groupOf.set(memberId, subjects.get(subject)!)
  }
  if (subjects.size === 0) return undefined
  const none = subjects.size
  return {
    names: [...subjects.keys(), 'none'],
    of: Int16Array.from(names, (member) => groupOf.get(member) ?? none),
  }
}
