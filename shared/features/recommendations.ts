/**
 * Recommendations: the server trains item factors from what it knows anyway and from what members chose to share;
 * each device folds its own history in and ranks. Items are named `article:<id>`, `thread:<id>`, `session:<id>`,
 * `event:<id>`, `course:<id>`, `lesson:<id>`. What a member reads stays on the device unless they opted in.
 */
import * as v from 'valibot'
import { command, defineContract, fact, nothing, query, row } from '../core/contract.ts'
import { holds, type Viewer } from '../core/viewer.ts'
import type { CatalogueItem } from '../recommend/model.ts'
import type { PortraitGroup, PortraitReport, Portraits } from '../recommend/portrait.ts'
import type { ArticleRow } from './articles.ts'
import type { CourseRow, LessonRow } from './courses.ts'
import type { ThreadRow } from './discussions.ts'
import type { EventRow, SessionRow } from './events.ts'
import {
  aVersion,
  type ModelStateRow,
  type ModelTrialRow,
  type ModelVersionRow,
  type WeightSettings,
  weightSettings,
} from './recommendation-models.ts'

/** Under which a device notes the items that rank highest on it, for its library. */
export const aheadKey = 'keep.ahead'

export const itemKinds = ['article', 'thread', 'session', 'event', 'course', 'lesson'] as const
export type ItemKind = (typeof itemKinds)[number]

/**
 * Who may have a model: its file names the items that it knows, so what only members may see is in theirs alone.
 * Both are one training; the row's id is its audience.
 */
export const modelAudiences = ['everyone', 'members'] as const
export type ModelAudience = (typeof modelAudiences)[number]

export interface ModelRow {
  version: string
  trainedAt: number
  /** Size of the file. */
  bytes: number
  items: number
  /** Members whose acts it learnt from. */
  members: number
  dimensions: number
  /** `content`: too little behaviour to learn from, so that only texts and tags speak. */
  source: 'members' | 'content'
  /** NDCG@10 on what was held out, of the model and of "most popular first"; `null` when there was too little to measure. */
  ndcg: number | null
  ndcgOfPopularity: number | null
  /** What its acts weighed: a device weighs its own history alike. */
  weights: WeightSettings
}

/** Only its member sees it; the row's id is the member's. */
export interface SharingRow {
  /** Have they opted in to sharing what they read? */
  on: boolean
  /** Items shared so far. */
  items: number
  at: number
}

/** The one row of `portraits` and of `portrait_reports`. */
export const portraitsId = 'newest'

/** Groups of those who share what they read, for every device to find its member's. */
export interface PortraitsRow extends Portraits {
  at: number
}

/** For those who run the community: how many are in each group, and how sure that is. Nobody's name. */
export interface PortraitReportRow extends PortraitReport {
  groups: Pick<PortraitGroup, 'tags' | 'items'>[]
  at: number
}

/** Demand without supply, for those who run the community. Nobody's name, and no topic of few members. */
export interface Gaps {
  /** So far back demand is counted. */
  days: number
  leastMembers: number
  /** Topics of enough members. */
  topics: number
  /** Members for each article or course, over these. */
  average: number
  /** The greatest first. */
  gaps: {
    tag: string
    /** Who met something under the tag. */
    members: number
    /** Without an accepted answer. */
    questions: number
    articles: number
    courses: number
    /** Members for each article or course. */
    pressure: number
  }[]
}

export const itemId = v.pipe(
  v.string(),
  v.regex(/^(article|thread|session|event|course|lesson):[\w-]{1,60}$/),
)

export const recommendations = defineContract({
  name: 'recommendations',
  commands: {
    /** Opting out deletes what was shared. */
    set_sharing: command(v.strictObject({ on: v.boolean() }), () => 'sharing'),
    /** The weight is what the item has come to by now, so a batch may be sent twice. */
    share_reads: command(
      v.strictObject({
        items: v.pipe(
          v.array(
            v.strictObject({ item: itemId, weight: v.pipe(v.number(), v.minValue(0), v.maxValue(10)) }),
          ),
          v.minLength(1),
          v.maxLength(200),
        ),
      }),
      () => 'sharing',
    ),
    retrain: command(v.strictObject({}), () => 'model'),
    cancel_training: command(v.strictObject({}), () => 'model'),
    /** That version serves again, and stays until it is unpinned or another is chosen. */
    roll_back: command(v.strictObject({ version: aVersion }), () => 'model'),
    unpin: command(v.strictObject({}), () => 'model'),
    /** Trains with them beside the model that serves, to see what would change. */
    try_weights: command(weightSettings, () => 'model'),
    /** From the next training on. */
    set_weights: command(weightSettings, () => 'model'),
  },
  rows: {
    models: row<ModelRow>(),
    sharing: row<SharingRow>(),
    portraits: row<PortraitsRow>(),
    portrait_reports: row<PortraitReportRow>(),
    model_states: row<ModelStateRow>(),
    model_versions: row<ModelVersionRow>('at'),
    model_trials: row<ModelTrialRow>(),
  },
  documents: {},
  queries: { gaps: query<typeof nothing, Gaps>(nothing) },
  facts: { trained: fact<{ version: string }>() },
  own: { rows: { sharing: (_row, id, memberId) => id === memberId } },
})

export function maySeeGaps(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

export function canRetrain(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

export function nameOf(kind: ItemKind, id: string): string {
  return `${kind}:${id}`
}

/** @returns undefined for what is not the name of an item */
export function partsOf(item: string): { kind: ItemKind; id: string } | undefined {
  const [kind, id] = [item.slice(0, item.indexOf(':')), item.slice(item.indexOf(':') + 1)]
  return itemKinds.includes(kind as ItemKind) && id !== '' ? { kind: kind as ItemKind, id } : undefined
}

/** The feed's table of each kind. */
export const tableOf = {
  article: 'articles',
  thread: 'threads',
  session: 'sessions',
  event: 'events',
  course: 'courses',
  lesson: 'lessons',
} as const

/** Rows of the tables that `tableOf` names. */
export interface ItemRows {
  article: ArticleRow
  thread: ThreadRow
  session: SessionRow
  event: EventRow
  course: CourseRow
  lesson: LessonRow
}

/**
 * What the recommender knows about an item of the feed. The trainer and the device describe alike, so that an item
 * which the model has not met yet stands where the model would look for it.
 */
export function itemOf<K extends ItemKind>(kind: K, id: string, row: ItemRows[K]): CatalogueItem {
  const { tags, at } = describe[kind](row)
  return { id: nameOf(kind, id), kind, tags, at }
}

/** Newness is about what was written; what takes place at its own time is not new, it is soon. */
const describe: { [K in ItemKind]: (row: ItemRows[K]) => Pick<CatalogueItem, 'tags' | 'at'> } = {
  article: (row) => ({ tags: row.tags, at: row.publishedAt }),
  thread: (row) => ({ tags: row.tags, at: row.createdAt }),
  session: (row) => ({ tags: tagsOf([row.track]), at: 0 }),
  event: (row) => ({ tags: tagsOf(row.tracks), at: 0 }),
  course: (row) => ({ tags: row.tags, at: row.publishedAt }),
  // A lesson is as old as its course to whoever begins it: a corrected word makes no news.
  lesson: (row) => ({ tags: row.tags, at: 0 }),
}

/** A track is to a programme what a tag is to an article. */
function tagsOf(tracks: readonly string[]): string[] {
  return tracks.map((track) => track.trim().toLowerCase()).filter((track) => track !== '')
}
