/** The worker that ranks, one a tab, started when something is to be ranked. */
import { type Remote, wrap } from 'comlink'
import type { OwnPortrait, Portraits } from '#shared/recommend/portrait.ts'
import type { HistoryEntry, Recommendation, RecommendInput } from '#shared/recommend/recommend.ts'
import type { SimilarQuery, SimilarText, Titled } from '#shared/recommend/similar.ts'

export interface Request extends Omit<RecommendInput, 'hidden' | 'candidates'> {
  hidden: readonly string[]
  candidates: readonly string[]
}

export interface Artefact {
  version: string
  bytes: Uint8Array<ArrayBuffer>
}

/** What is used here of the worker's face. */
interface Ranker {
  load(bytes: Uint8Array<ArrayBuffer>, version?: string): { ok: boolean } | Promise<{ ok: boolean }>
  recommend(request: Request): Recommendation[]
  portrait(portraits: Portraits, history: readonly HistoryEntry[], now: number): OwnPortrait | undefined
  know(texts: readonly Titled[]): void
  similar(query: SimilarQuery, count: number): SimilarText[]
}

let ranker: Remote<Ranker> | undefined
let loaded = ''
let last: Promise<unknown> = Promise.resolve()

/** Ranks by an artefact; the worker keeps the one that it was last given. Asked again meanwhile, it answers in order. */
export function rank(artefact: Artefact, request: Request): Promise<Recommendation[]> {
  return inTurn(async () => (await serving(artefact))?.recommend(request) ?? [])
}

/** The group that a history is nearest to. */
export function portray(
  artefact: Artefact,
  portraits: Portraits,
  history: readonly HistoryEntry[],
  now: number,
): Promise<OwnPortrait | undefined> {
  return inTurn(async () => (await serving(artefact))?.portrait(portraits, history, now))
}

let known: readonly Titled[] | undefined

/** Which of the texts are most like the query; a list that was handed over before is not handed over again. */
export async function similarTo(
  texts: readonly Titled[],
  query: SimilarQuery,
  count: number,
): Promise<SimilarText[]> {
  const worker = started()
  if (known !== texts) {
    known = texts
    await worker.know(texts)
  }
  return worker.similar(query, count)
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work)
  last = mine.catch(() => {})
  return mine
}

/** `undefined`: the artefact is not sound. */
async function serving(artefact: Artefact): Promise<Remote<Ranker> | undefined> {
  const worker = started()
  if (loaded !== artefact.version) {
    const { ok } = await worker.load(artefact.bytes, artefact.version)
    if (!ok) return undefined
    loaded = artefact.version
  }
  return worker
}

function started(): Remote<Ranker> {
  ranker ??= wrap<Ranker>(new Worker(new URL('../../worker/index.ts', import.meta.url), { type: 'module' }))
  return ranker
}
