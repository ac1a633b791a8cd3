/** The worker that searches, one a tab, started when somebody first searches. */
import { type Remote, wrap } from 'comlink'
import type { Answer, FoundHere, Question, Searcher } from '#client/worker/search/types.ts'

let worker: Remote<Searcher> | undefined
let open: { database: string; done: Promise<void> } | undefined

/** Starts it, so that the first question finds it ready. */
export function prepare(database: string): Promise<void> {
  worker ??= wrap<Searcher>(
    new Worker(new URL('../../worker/search/index.ts', import.meta.url), { type: 'module' }),
  )
  if (open?.database !== database) open = { database, done: worker.open(database) }
  return open.done
}

/** @param now epoch ms */
export async function searchHere(
  database: string,
  question: Question,
  now: number,
): Promise<Answer<FoundHere>> {
  await prepare(database)
  return worker!.search(question, now)
}
