/** What can be recommended: the rows that every member may see, described in words for the trainer. */
import { plainText } from '#server/core/markdown.ts'
import type { Services } from '#server/core/services.ts'
import type { TrainItem } from '#server/train/train.ts'
import { type ArticleRow, contentRoom } from '#shared/features/articles.ts'
import { lessonRoom } from '#shared/features/courses.ts'
import {
  type ItemKind,
  type ItemRows,
  itemKinds,
  itemOf,
  type ModelAudience,
  modelAudiences,
  nameOf,
  tableOf,
} from '#shared/features/recommendations.ts'

export interface Catalogue {
  items: TrainItem[]
  /** Names of the items that guests may see too. */
  open: ReadonlySet<string>
}

/** Characters of Markdown that the trainer is given of one article; it reads less than that. */
const mostMarkdown = 16_000

export async function readCatalogue(services: Services): Promise<Catalogue> {
  const items: TrainItem[] = []
  const open = new Set<string>()
  for (const kind of itemKinds) {
    for (const { id, row, audience } of await visibleRows(services, kind)) {
      const item = itemOf(kind, id, row)
      if (audience === 'everyone') open.add(item.id)
      items.push({ ...item, text: await textOf(services, kind, id, row, audience) })
    }
  }
  return { items, open }
}

/** Of everything that can be recommended. */
export async function catalogueNames(services: Services): Promise<Set<string>> {
  const names = new Set<string>()
  for (const kind of itemKinds)
    for (const { id } of await visibleRows(services, kind)) names.add(nameOf(kind, id))
  return names
}

/** Other figures whenever an item comes, goes or is published again, for as little as a look at the feed's own. */
export async function catalogueMark(services: Services): Promise<unknown[]> {
  const found = await services.database.kysely
    .selectFrom('feed')
    .select(({ fn }) => ['audience', fn.countAll().as('rows'), fn.max('seq').as('last')])
    .where(
      'tbl',
      'in',
      itemKinds.map((kind) => tableOf[kind]),
    )
    .where('audience', 'in', modelAudiences)
    .groupBy('audience')
    .orderBy('audience')
    .execute()
  return found.flatMap(({ rows, last }) => [rows, last])
}

/** The feed itself says who may see a row, so that no rule is written twice. In the order of their ids. */
export async function visibleRows<K extends ItemKind>(
  services: Services,
  kind: K,
): Promise<{ id: string; row: ItemRows[K]; audience: ModelAudience }[]> {
  const found = await services.database.kysely
    .selectFrom('feed')
    .select(['row_id', 'audience', 'data'])
    .where('tbl', '=', tableOf[kind])
    .where('audience', 'in', modelAudiences)
    .where('data', 'is not', null)
    .orderBy('row_id')
    .execute()
  return found.map(({ row_id, audience, data }) => ({
    id: row_id,
    row: JSON.parse(data!) as ItemRows[K],
    audience: audience as ModelAudience,
  }))
}

async function textOf<K extends ItemKind>(
  services: Services,
  kind: K,
  id: string,
  row: ItemRows[K],
  audience: ModelAudience,
): Promise<string> {
  const said = words[kind](row)
  if (kind === 'article') {
    const { preview } = row as ArticleRow
    const body = (await isOpen(services, 'article_texts', id, audience))
      ? (await services.docOf(contentRoom(id))).getText('body').toString()
      : preview
    said.push(plainText(body.slice(0, mostMarkdown)))
  }
  if (kind === 'lesson' && (await isOpen(services, 'lesson_texts', id, audience))) {
    const body = (await services.docOf(lessonRoom(id))).getText('body').toString()
    said.push(plainText(body.slice(0, mostMarkdown)))
  }
  return said.filter((part) => part !== '').join('\n')
}

/** A vector tells something of the text that it was made of: it must be for all who get the vector. */
async function isOpen(
  services: Services,
  table: 'article_texts' | 'lesson_texts',
  id: string,
  audience: ModelAudience,
): Promise<boolean> {
  const found = await services.database.kysely
    .selectFrom('feed')
    .select('row_id')
    .where('tbl', '=', table)
    .where('row_id', '=', id)
    .where('audience', 'in', audience === 'members' ? ['everyone', 'members'] : ['everyone'])
    .where('data', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

const words: { [K in ItemKind]: (row: ItemRows[K]) => string[] } = {
  article: (row) => [row.title, row.description],
  thread: (row) => [row.title],
  session: (row) => [row.title, row.subtitle, row.abstract, row.description, ...row.persons],
  event: (row) => [row.title, row.description],
  course: (row) => [row.title, row.description, ...row.chapters.map((chapter) => chapter.title)],
  lesson: (row) => [row.title],
}
