/**
 * The list of a member, computed on their device: everything that the feed has brought, ranked by the kept model for
 * what this device knows about its member. It is worked out again whenever any of that changes.
 */
import { type Accessor, createEffect, createSignal, untrack } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { aheadKey, nameOf } from '#shared/features/recommendations.ts'
import type { HistoryEntry, Reason } from '#shared/recommend/recommend.ts'
import { countsArtefact } from './counts.ts'
import { type Artefact, type Request, rank } from './engine.ts'
import { type Busy, clashOf, fitted, languagesOf, mayBeRecommended } from './fitting.ts'
import { historyOf } from './history.ts'
import type { Interests, Wish } from './interests.ts'
import { mixed } from './mixed.ts'
import { useKeptModel, useModelRow } from './model-file.ts'
import { scheduleOf } from './schedule.ts'
import type { Shelf, ShelfItem } from './shelf.ts'
import { useLooked, useTraces } from './traces.ts'

export interface Recommended {
  item: ShelfItem
  reason: Reason
  /** Somebody spoke about it in the last seven days: the device sees no more of a week than that. */
  lively?: boolean
  /** What of one's own schedule is at the same time. */
  clash?: Busy | undefined
}

export interface RecommendedList {
  items: Recommended[]
  /** What ranked it: a trained model, or the counts that everybody may know. */
  by: 'model' | 'counts'
  /** Items that the list could go by. */
  history: number
}

const shownItems = 10
const mostOfAKind = 4
/** Longer than what is shown, for what has to give way. */
const rankedItems = 60
/** "More like this" says about as much as reading it twice. */
const wishWeight = 2
const week = 7 * 86_400_000

/** `undefined` while it is worked out for the first time. */
export function useRecommended(
  shelf: Accessor<Shelf | undefined>,
  interests: Interests,
): Accessor<RecommendedList | undefined> {
  const core = useCore()
  const { lang } = useI18n()
  const row = useModelRow()
  const kept = useKeptModel()
  const [list, setList] = createSignal<RecommendedList>()
  const looked = useLooked()
  const traces = useTraces(shelf)

  let newest = 0
  createEffect(() => {
    const all = shelf()
    const [tags, hidden, wishes] = [interests.tags(), interests.hidden(), interests.wishes()]
    const model = row() === undefined ? undefined : { kept: row() ? kept() : undefined }
    const weights = row()?.data.weights
    const known = traces()
    const language = lang()
    looked()
    if (!all || !tags || !hidden || !wishes || !model || !known) return
    newest += 1
    const mine = newest
    void core.behaviour
      .all()
      .then((seen) =>
        recommendedOf(
          {
            shelf: all,
            history: historyOf({ ...known, seen }, weights?.acts),
            halfLifeDays: weights?.halfLifeDays,
            tags,
            hidden,
            wishes,
            busy: scheduleOf(all, known.plans, known.seats),
            taken: new Set(known.enrolments.map(({ courseId }) => nameOf('course', courseId))),
            model: model.kept,
            seed: core.session.viewer().id ?? undefined,
            now: Date.now() + core.session.clockOffset(),
          },
          { language, zone: new Intl.DateTimeFormat().resolvedOptions().timeZone },
          rank,
          untrack(list),
        ),
      )
      .then((next) => {
        if (mine !== newest) return
        setList(next)
        void keepAhead(core, next)
      })
  })
  return list
}

/** What the library may fetch before it is asked for. */
async function keepAhead(core: Core, { items }: RecommendedList): Promise<void> {
  const names = items.map(({ item }) => item.id)
  const before = await core.local.get<string[]>(aheadKey)
  if (before?.join() !== names.join()) await core.local.set(aheadKey, names)
}

export interface Known {
  shelf: Shelf
  history: HistoryEntry[]
  tags: ReadonlyMap<string, 1 | -1>
  hidden: ReadonlyMap<string, number>
  wishes: ReadonlyMap<string, Wish>
  /** Their schedule. */
  busy: readonly Busy[]
  /** Courses that they take. */
  taken: ReadonlySet<string>
  model: Artefact | undefined
  /** Whose list it is, for what chance lets in. */
  seed?: string | undefined
  halfLifeDays?: number | undefined
  now: number
}

/** @param before the list on the page: what one asks more of stays where it stands */
export async function recommendedOf(
  known: Known,
  { language, zone }: { language: string; zone: string },
  ranker: typeof rank,
  before?: RecommendedList,
): Promise<RecommendedList> {
  const { shelf, history, wishes, busy, taken, now } = known
  const { artefact, request } = await askedOf(known)
  const met = history.flatMap(({ item }) => shelf.get(item) ?? [])
  const fitting = {
    now,
    busy,
    taken,
    zone,
    languages: languagesOf(language, met),
    less: wished(known, -1).flatMap((id) => shelf.get(id) ?? []),
  }
  const ranked = (await ranker(artefact, request)).flatMap(({ item, reason }) => {
    const shown = shelf.get(item)
    return shown ? [{ item: shown, reason: honest(reason, known), kind: shown.kind }] : []
  })
  const items = mixed(fitted(ranked, fitting), shownItems, mostOfAKind).map(
    ({ item, reason }): Recommended => ({ item, reason }),
  )
  const isMet = new Set(history.map(({ item }) => item))
  before?.items.forEach((entry, at) => {
    const { id } = entry.item
    if (wishes.get(id)?.opinion !== 1 || isMet.has(id) || known.hidden.has(id) || !shelf.has(id)) return
    if (items.every(({ item }) => item.id !== id)) items.splice(at, 0, entry)
  })
  return {
    items: inTurns(items.slice(0, shownItems), shelf).map((entry) => ({
      ...entry,
      lively: now - (entry.item.talkedAt ?? Number.NEGATIVE_INFINITY) <= week,
      clash: clashOf(entry.item, busy),
    })),
    by: known.model ? 'model' : 'counts',
    history: met.length,
  }
}

/** The artefact to rank by and what to ask it. Exported for its tests. */
export async function askedOf({
  shelf,
  history,
  tags,
  hidden,
  wishes,
  busy,
  taken,
  model,
  seed,
  halfLifeDays,
  now,
}: Known): Promise<{ artefact: Artefact; request: Request }> {
  const items = [...shelf.values()]
  const candidates = items.filter((item) => mayBeRecommended(item, { now, busy, taken })).map(({ id }) => id)
  const judged = (opinion: 1 | -1): string[] =>
    [...tags].filter(([, own]) => own === opinion).map(([tag]) => tag)
  const [more, less] = [wished({ wishes }, 1), wished({ wishes }, -1)]
  const request: Request = {
    history: [...history, ...more.map((item) => ({ item, weight: wishWeight, at: wishes.get(item)?.at }))],
    interests: judged(1),
    notTags: judged(-1),
    hidden: [...hidden.keys(), ...less],
    candidates,
    later: items.map(({ id, kind, tags: own, at }) => ({ id, kind, tags: own, at })),
    seed,
    halfLifeDays,
    now,
    count: rankedItems,
  }
  if (model) return { artefact: model, request }
  // Counts know no taste, so a history could only be misread: what was met is left out, and newness speaks up. What one
  // wants more of is told by its tags.
  const met = [...history.map(({ item }) => item), ...more]
  const wanted = more.flatMap((id) => shelf.get(id)?.tags ?? []).filter((tag) => tags.get(tag) !== -1)
  return {
    artefact: await countsArtefact(items),
    request: {
      ...request,
      history: [],
      interests: [...new Set([...request.interests, ...wanted])],
      hidden: [...request.hidden, ...met],
      later: [],
    },
  }
}

function wished({ wishes }: Pick<Known, 'wishes'>, opinion: 1 | -1): string[] {
  return [...wishes].filter(([, own]) => own.opinion === opinion).map(([item]) => item)
}

/** Times that one cause is named first in a list, where others are as true. */
const mostNamed = 2

/** Of several causes the strongest is named first, until it has been named often enough. */
function inTurns(items: readonly Recommended[], shelf: Shelf): Recommended[] {
  const named = new Map<string, number>()
  return items.map((entry) => {
    const { reason } = entry
    if (reason.kind !== 'because') return entry
    const known = reason.itemIds.filter((id) => shelf.has(id))
    const first = known.find((id) => (named.get(id) ?? 0) < mostNamed) ?? known[0]
    if (first === undefined) return entry
    named.set(first, (named.get(first) ?? 0) + 1)
    return { ...entry, reason: { ...reason, itemIds: [first, ...known.filter((id) => id !== first)] } }
  })
}

/** A tag that was never chosen came from an item of which its member wants more: that is what is said. */
function honest(reason: Reason, { shelf, tags, wishes }: Known): Reason {
  if (reason.kind !== 'tag' || tags.get(reason.tag) === 1) return reason
  const from = wished({ wishes }, 1).filter((id) => shelf.get(id)?.tags.includes(reason.tag))
  return from.length > 0 ? { kind: 'because', itemIds: from } : reason
}
