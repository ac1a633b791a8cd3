/** The worker that ranks, one a tab, started when something is to be ranked. */
import { type Remote, wrap } from 'comlink'
import type { Recommendation, RecommendInput } from '#shared/recommend/recommend.ts'

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
}

let ranker: Remote<Ranker> | undefined
let loaded = ''
let last: Promise<unknown> = Promise.resolve()

/** Ranks by an artefact; the worker keeps the one that it was last given. Asked again meanwhile, it answers in order. */
export function rank(artefact: Artefact, request: Request): Promise<Recommendation[]> {
  const mine = last.then(() => rankNow(artefact, request))
  last = mine.catch(() => {})
  return mine
}

async function rankNow(artefact: Artefact, request: Request): Promise<Recommendation[]> {
  ranker ??= wrap<Ranker>(new Worker(new URL('../../worker/index.ts', import.meta.url), { type: 'module' }))
  if (loaded !== artefact.version) {
    const { ok } = await ranker.load(artefact.bytes, artefact.version)
    if (!ok) return []
    loaded = artefact.version
  }
  return ranker.recommend(request)
}
