/**
 * Recommendations: the server trains item factors from what it knows anyway and from what members chose to share;
 * each device folds its own history in and ranks. Items are named `article:<id>`, `thread:<id>`, `session:<id>`,
 * `event:<id>`. What a member reads stays on the device unless they opted in.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'
import { holds, type Viewer } from '../core/viewer.ts'

export interface ModelRow {
  version: string
  trainedAt: number
  bytes: number
  items: number
  members: number
  dimensions: number
  /** From the artefact's evaluation report. */
  ndcg: number
  ndcgOfPopularity: number
}

/** Only its member sees it: have they opted in to sharing what they read? */
export interface SharingRow {
  on: boolean
  /** Items shared so far. */
  items: number
  at: number
}

export const itemId = v.pipe(v.string(), v.regex(/^(article|thread|session|event):[\w-]{1,60}$/))

export const recommendations = defineContract({
  name: 'recommendations',
  commands: {
    /** Opting out deletes what was shared. */
    set_sharing: command(v.strictObject({ on: v.boolean() }), () => 'sharing'),
    share_reads: command(
      v.strictObject({
        items: v.pipe(
          v.array(v.strictObject({ item: itemId, weight: v.pipe(v.number(), v.minValue(0), v.maxValue(10)) })),
          v.minLength(1),
          v.maxLength(200),
        ),
      }),
      () => 'sharing',
    ),
    retrain: command(v.strictObject({}), () => 'model'),
  },
  rows: { models: row<ModelRow>(), sharing: row<SharingRow>() },
  documents: {},
  queries: {},
  facts: { trained: fact<{ version: string }>() },
})

export function canRetrain(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}
