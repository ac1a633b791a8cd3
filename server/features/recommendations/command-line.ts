/** `lyceum train [--report]`: how far it is on the error output, what came of it on the other; Ctrl-C cancels. */
import type { Services } from '#server/core/services.ts'
import type { TrainProgress } from '#server/train/train.ts'
import type {
  GroupQuality,
  Measures,
  ModelMethod,
  ModelVersionRow,
} from '#shared/features/recommendation-models.ts'
import { shareDone } from './run.ts'
import { type Training, trainNow } from './training.ts'

export interface Terminal {
  isTTY?: boolean
  write(text: string): unknown
}

/** @returns the exit code */
export async function trainHere(
  services: Services,
  { report, say, out }: { report: boolean; say: (line: string) => void; out: Terminal },
): Promise<number> {
  const abort = new AbortController()
  const cancel = (): void => abort.abort()
  process.once('SIGINT', cancel)
  try {
    const training = await trainNow(services, {
      by: 'command_line',
      onProgress: progressOn(out),
      signal: abort.signal,
    })
    if (out.isTTY) out.write('\r\x1b[K')
    for (const line of linesOf(training, report)) say(line)
    return training.published ? 0 : training.why === 'cancelled' ? 130 : 1
  } finally {
    process.off('SIGINT', cancel)
  }
}

/** One line that moves on a terminal; elsewhere a line for each stage. */
function progressOn(out: Terminal): (progress: TrainProgress) => void {
  let shown = ''
  return (progress) => {
    const percent = `${Math.floor(100 * shareDone(progress))}%`.padStart(4)
    const next = out.isTTY ? `\r\x1b[K${percent}  ${progress.stage}` : progress.stage
    if (next === shown) return
    shown = next
    out.write(out.isTTY ? next : `${percent}  ${progress.stage}\n`)
  }
}

const reasons = {
  cancelled: 'It was cancelled; the model that served serves on.',
  out_of_memory: 'It needed more memory than it may have; the model that served serves on.',
  empty_catalogue: 'There is nothing to recommend yet.',
  too_few_given: 'Too few of the items were met by enough members.',
  busy: 'Another process is training, or the server is; try again later.',
}

function linesOf(training: Training, report: boolean): string[] {
  if (!training.published && training.why !== 'refused') return [reasons[training.why]]
  const { row } = training
  const lines = [
    training.published
      ? training.kept
        ? `Trained model ${row.version.slice(0, 8)}; it is kept, for another version is pinned.`
        : `Published model ${row.version.slice(0, 8)}: ${row.items} items, ${row.members} members.`
      : `Refused model ${row.version.slice(0, 8)}; the one that served serves on.`,
    ...row.verdict.found.map(
      ({ reason, is, bound }) => `  ${reason}: ${figure(is)}, and at least ${figure(bound)} was asked`,
    ),
  ]
  if (row.measures && row.ndcgOfPopularity !== null && !report)
    lines.push(
      `NDCG@10 on what was held out: ${figure(row.measures.ndcg10)}; most popular first: ${figure(row.ndcgOfPopularity)}.`,
    )
  return report ? [...lines, '', ...reportLines(row)] : lines
}

const named: Record<keyof Measures, string> = {
  ndcg10: 'NDCG@10',
  recall20: 'Recall@20',
  coverage10: 'coverage of the first ten',
  gini: 'Gini of places',
  popularityLift: 'popularity lift',
  tailShare: 'tail share',
}

const methods: Record<ModelMethod, string> = {
  squares: 'alternating least squares',
  linear: 'linear autoencoder',
  texts: 'texts and tags',
  given: 'vectors trained elsewhere',
}

function reportLines(row: ModelVersionRow): string[] {
  const { measures, against, heldOut } = row
  const table: string[][] = []
  if (measures) {
    table.push(['held out', 'new model', ...(against ? ['serving, compared', 'new, compared'] : [])])
    for (const [key, name] of Object.entries(named) as [keyof Measures, string][])
      table.push([
        name,
        figure(measures[key]),
        ...(against ? [figure(against.current[key]), figure(against.candidate[key])] : []),
      ])
    if (row.ndcgOfPopularity !== null)
      table.push(['NDCG@10, most popular first', figure(row.ndcgOfPopularity)])
  }
  const facts = [
    ['learnt from', row.source === 'members' ? 'members' : 'texts and tags alone'],
    ['members', String(row.members)],
    ['interactions', String(row.interactions)],
    ['items', String(row.items)],
    ['items from texts and tags', String(row.fromContent)],
    ['dimensions', String(row.dimensions)],
    ...(row.method ? [['method', methods[row.method]]] : []),
    ...(row.tried ?? []).map(({ method, settings, ndcg10 }) => [
      'tried',
      `${methods[method]}: ${settings} settings, at best NDCG@10 ${figure(ndcg10)} in validation`,
    ]),
    ['bytes', String(row.bytes)],
    ['seconds', row.cost.seconds.toFixed(1)],
    ['megabytes', row.cost.megabytes.toFixed(0)],
    ...(heldOut ? [['held out', `by ${heldOut.by}, of ${heldOut.members} members`]] : []),
    ...(against
      ? [
          [
            'compared',
            `${against.members} members, ${against.items} items that both know, ${against.on} by both`,
          ],
        ]
      : []),
  ]
  return [
    ...columns(facts),
    ...(table.length > 0 ? ['', ...columns(table)] : []),
    ...groupLines('tier', row.tiers),
    ...groupLines('group of readers', row.clusters),
  ]
}

function groupLines(what: string, groups: readonly GroupQuality[]): string[] {
  if (groups.length === 0) return []
  return [
    '',
    ...columns([
      [what, 'members', named.ndcg10, named.recall20],
      ...groups.map(({ name, members, ndcg10, recall20 }) => [
        name === '' ? 'others' : name,
        String(members),
        figure(ndcg10),
        figure(recall20),
      ]),
    ]),
  ]
}

function columns(rows: string[][]): string[] {
  const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}
