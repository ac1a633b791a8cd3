/**
 * `npm run bench -- search`: looking through 2,000 articles in two languages on the device, with each letter that
 * somebody types, beside a plain substring scan that ranks nothing and marks nothing; and the same questions asked of
 * the server's index. The articles are real ones that lie in `../shared/data` beside the checkout, taken again and again
 * in different cuts until there are 2,000, or made up when there are none; it says which.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createShelf } from '#client/worker/search/shelf.ts'
import { openSqlite } from '#server/core/db.ts'
import { createWords, matchWords, putWords } from '#server/core/words.ts'
import { fold, termsOf } from '#shared/search/fold.ts'
import { plainText } from '#shared/search/plain.ts'
import { needlesOf } from '#shared/search/query.ts'
import type { BenchRow } from './run.js'

interface Article {
  title: string
  text: string
}

const count = 2_000
const data = join(import.meta.dirname, '../../../shared/data')

const typed = [
  ['component', 3],
  ['状态管理', 1],
  ['useEffect', 3],
  ['渲染', 1],
  ['server rendering', 4],
  ['性能优化', 2],
  ['React 状态', 3],
  ['nothing has this wordy', 9],
  ['类型', 1],
  ['"state update"', 6],
] as const

/** As it is typed: each beginning is a question of its own. */
const questions = typed.flatMap(([text, from]) =>
  Array.from({ length: text.length - from + 1 }, (_, i) => text.slice(0, from + i)),
)

export async function run(): Promise<BenchRow[]> {
  const { articles, real } = corpus()
  const characters = articles.reduce((sum, { text }) => sum + text.length, 0)
  console.log(
    real
      ? `${count} articles cut from real ones in 中文 and English, ${(characters / 1e6).toFixed(1)} million characters`
      : `no ../shared/data: ${count} articles made up, ${(characters / 1e6).toFixed(1)} million characters`,
  )
  const began = performance.now()
  const shelf = createShelf()
  for (const [i, { title, text }] of articles.entries()) {
    const id = String(i)
    const head = { title, tags: [], text: '', authorId: null, author: '', at: i }
    shelf.put('article', id, head)
    shelf.setParts('article', id, id, [{ id: '', text: plainText(text), authorId: null, author: '', at: 0 }])
  }
  const built = performance.now() - began

  const folded = articles.map(({ title, text }) => `${fold(title)}\n${fold(text)}`)
  const plain = (text: string): number => folded.filter((one) => one.includes(fold(text))).length
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < 5; round++) {
    for (const text of questions) {
      if (round === 0) plain(text)
      theirs.push(timed(() => plain(text)))
      ours.push(timed(() => shelf.search({ text, limit: 40 }, count)))
    }
  }
  const server = await onServer(articles)
  const peer = 'plain substring scan'
  const row = (work: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => ({
    bench: 'search',
    work,
    value,
    unit,
    ...more,
  })
  const beside = (value: number, peerValue: number): Partial<BenchRow> => ({
    peer,
    peerValue: rounded(peerValue),
    ratio: rounded(value / peerValue),
  })
  return [
    row(
      'device: p50',
      rounded(quantile(ours, 0.5)),
      'ms',
      beside(quantile(ours, 0.5), quantile(theirs, 0.5)),
    ),
    row('device: p95', rounded(quantile(ours, 0.95)), 'ms', {
      ...beside(quantile(ours, 0.95), quantile(theirs, 0.95)),
      aim: '<=50',
      ok: quantile(ours, 0.95) <= 50,
    }),
    row('device: all texts read onto the shelf', rounded(built), 'ms'),
    row(
      'device: characters held, as written and folded',
      rounded((2 * shelf.size().characters) / 1e6),
      'million',
    ),
    row(
      'server, the index alone: p50',
      rounded(quantile(server.times, 0.5)),
      'ms',
      beside(quantile(server.times, 0.5), quantile(theirs, 0.5)),
    ),
    row(
      'server, the index alone: p95',
      rounded(quantile(server.times, 0.95)),
      'ms',
      beside(quantile(server.times, 0.95), quantile(theirs, 0.95)),
    ),
    row('server: indexed', rounded(server.built), 'ms'),
    row('server: size of the index', rounded(server.bytes / 1_048_576), 'MiB'),
  ]
}

async function onServer(
  articles: readonly Article[],
): Promise<{ times: number[]; built: number; bytes: number }> {
  const { kysely, direct, close } = openSqlite(':memory:')
  await createWords(kysely, 'bench_words')
  const began = performance.now()
  await kysely.transaction().execute(async (trx) => {
    for (const [n, { title, text }] of articles.entries())
      await putWords(trx, 'bench_words', n, {
        title: termsOf(title),
        tags: [],
        body: termsOf(plainText(text)),
      })
  })
  const built = performance.now() - began
  const [page] = direct!.all('select sum(length(block)) as bytes from bench_words_data', []) as {
    bytes: number
  }[]
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    for (const text of questions) {
      const needles = needlesOf(text)
      if (needles.length === 0) continue
      const query = kysely
        .selectFrom(matchWords(kysely, 'bench_words', needles, 4_000).as<'m'>('m' as never) as never)
        .selectAll()
        .limit(80)
        .compile()
      times.push(timed(() => direct!.all(query.sql, query.parameters)))
    }
  }
  await close()
  return { times, built, bytes: page!.bytes }
}

function corpus(): { articles: Article[]; real: boolean } {
  const texts = realTexts()
  const real = texts.length > 0
  const from = real ? texts : Array.from({ length: 50 }, (_, i) => madeUp(i))
  const articles = Array.from({ length: count }, (_, i): Article => {
    const { title, text } = from[i % from.length]!
    // Another cut each time, so that no two are the same.
    const start = (Math.floor(i / from.length) * 997) % Math.max(1, text.length - 3_000)
    return { title: `${title} ${i}`, text: text.slice(start, start + 3_000) }
  })
  return { articles, real }
}

function realTexts(): Article[] {
  try {
    return ['articles-react-zh', 'course-react-zh'].flatMap((folder) =>
      readdirSync(join(data, folder), { recursive: true })
        .map(String)
        .filter((file) => file.endsWith('.md'))
        .map((file) => {
          const text = readFileSync(join(data, folder, file), 'utf8')
          return { title: /^title:\s*(.+)$/m.exec(text)?.[1] ?? file, text }
        }),
    )
  } catch {
    return []
  }
}

const made =
  'component state 状态管理 effect 渲染 server 组件 update 性能优化 hook 类型 render 数据库 query cache'.split(
    ' ',
  )

function madeUp(seed: number): Article {
  let at = seed * 7_919 + 1
  const next = (): string => {
    at = (at * 48_271) % 2_147_483_647
    return made[at % made.length]!
  }
  return { title: `${next()} ${next()}`, text: Array.from({ length: 2_000 }, next).join(' ') }
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
