/**
 * The list of a member, computed on their device: everything that the feed has brought, ranked by the kept model for
 * what this device knows about its member. It is worked out again whenever any of that changes.
 */
import { type Accessor, createEffect, createSignal } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import type { HistoryEntry, Reason } from '#shared/recommend/recommend.ts'
import { countsArtefact } from './counts.ts'
import { type Artefact, type Request, rank } from './engine.ts'
import { historyOf } from './history.ts'
import { inLanguage, languagesOf } from './in-language.ts'
import type { Interests } from './interests.ts'
import { mixed } from './mixed.ts'
import { useKeptModel, useModelRow } from './model-file.ts'
import { isOver, type Shelf, type ShelfItem } from './shelf.ts'
import { useLooked, useTraces } from './traces.ts'

export interface Recommended {
  item: ShelfItem
  reason: Reason
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
    const [tags, hidden] = [interests.tags(), interests.hidden()]
    const model = row() === undefined ? undefined : { kept: row() ? kept() : undefined }
    const known = traces()
    const language = lang()
    looked()
    if (!all || !tags || !hidden || !model || !known) return
    newest += 1
    const mine = newest
    void core.behaviour
      .all()
      .then((seen) =>
        recommendedOf({
          shelf: all,
          history: historyOf({ ...known, seen }),
          tags,
          hidden,
          model: model.kept,
          language,
          seed: core.session.viewer().id ?? undefined,
          now: Date.now() + core.session.clockOffset(),
        }),
      )
      .then((next) => {
        if (mine === newest) setList(next)
      })
  })
  return list
}

interface Known {
  shelf: Shelf
  history: HistoryEntry[]
  tags: ReadonlyMap<string, 1 | -1>
  hidden: ReadonlyMap<string, number>
  model: Artefact | undefined
  /** Whose list it is, for what chance lets in. */
  seed?: string | undefined
  now: number
}

async function recommendedOf(known: Known & { language: string }): Promise<RecommendedList> {
  const { artefact, request } = await askedOf(known)
  const ranked = await rank(artefact, request)
  const items = ranked.flatMap(({ item, reason }) => {
    const shown = known.shelf.get(item)
    return shown ? [{ item: shown, reason, kind: shown.kind }] : []
  })
  const met = known.history.flatMap(({ item }) => known.shelf.get(item) ?? [])
  const ordered = inLanguage(items, languagesOf(known.language, met))
  return {
    items: mixed(ordered, shownItems, mostOfAKind).map(({ item, reason }) => ({ item, reason })),
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
  model,
  seed,
  now,
}: Known): Promise<{ artefact: Artefact; request: Request }> {
  const items = [...shelf.values()]
  const candidates = items.filter((item) => !isOver(item, now)).map(({ id }) => id)
  const judged = (opinion: 1 | -1): string[] =>
    [...tags].filter(([, own]) => own === opinion).map(([tag]) => tag)
  const request: Request = {
    history,
    interests: judged(1),
    notTags: judged(-1),
    hidden: [...hidden.keys()],
    candidates,
    later: items.map(({ id, kind, tags: own, at }) => ({ id, kind, tags: own, at })),
    seed,
    now,
    count: 3 * shownItems,
  }
  if (model) return { artefact: model, request }
  // Counts know no taste, so a history could only be misread: what was met is left out, and newness speaks up.
  const met = history.map(({ item }) => item)
  return {
    artefact: await countsArtefact(items),
    request: { ...request, history: [], hidden: [...request.hidden, ...met], later: [] },
  }
}
