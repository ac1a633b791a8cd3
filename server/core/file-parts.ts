/**
 * Large files, as parts of one size in the database: written one request at a time, read as far as somebody asks, and
 * put away a few at a time, so that neither memory nor the server's other work feels their size. In the same file as
 * everything else, so that a backup has them, and a transaction that fails leaves none.
 */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from './db.ts'
import type { CoreTables } from './tables.ts'

export const partBytes = 1_048_576

/** Keeps the next part of a file that is not whole yet; one that is there already is written again. */
export async function insertPart(
  kysely: Kysely<CoreTables>,
  store: string,
  number: number,
  bytes: Uint8Array,
): Promise<void> {
  await kysely
    .insertInto('file_part')
    .values({ store, number, bytes })
    .onConflict((conflict) => conflict.columns(['store', 'number']).doUpdateSet({ bytes }))
    .execute()
}

/** Makes a file of parts. Where its bytes are there already, the file stays as it is, and the parts belong to none. */
export async function insertPartedFile(
  kysely: Kysely<CoreTables>,
  file: { hash: string; type: string; size: number; store: string; at: number },
): Promise<void> {
  await kysely
    .insertInto('file')
    .values({ ...file, name: '', bytes: new Uint8Array() })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
}

/** The hash and the beginning of what the parts hold; others are served between any two of them. */
export async function readWhole(
  database: Database,
  store: string,
): Promise<{ hash: string; size: number; first: Uint8Array }> {
  const hash = createHash('sha256')
  let size = 0
  let first = new Uint8Array()
  for (let number = 0; ; number++) {
    const bytes = await partOf(database, store, number)
    if (!bytes) return { hash: hash.digest('hex'), size, first }
    if (number === 0) first = bytes
    hash.update(bytes)
    size += bytes.byteLength
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Bytes `from` to `to`, both of them included, read as fast as they are taken. */
export function readParts(
  database: Database,
  store: string,
  from: number,
  to: number,
): ReadableStream<Uint8Array> {
  let at = from
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const number = Math.floor(at / partBytes)
        const bytes = await partOf(database, store, number)
        if (!bytes) return controller.error(new Error(`part ${number} of ${store} is gone`))
        const begin = number * partBytes
        const part = bytes.subarray(at - begin, to + 1 - begin)
        at += part.byteLength
        controller.enqueue(part)
        if (at > to) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/**
 * Deletes parts that are of no file.
 * @param keep stores of files that are not whole yet
 * @returns how many, at most `most`
 */
export async function dropParts(
  kysely: Kysely<CoreTables>,
  keep: readonly string[],
  most: number,
): Promise<number> {
  const orphans = await kysely
    .selectFrom('file_part')
    .leftJoin('file', 'file.store', 'file_part.store')
    .select(['file_part.store', 'file_part.number'])
    .where('file.hash', 'is', null)
    .$if(keep.length > 0, (query) => query.where('file_part.store', 'not in', [...keep]))
    .limit(most)
    .execute()
  for (const { store, number } of orphans) {
    await kysely.deleteFrom('file_part').where('store', '=', store).where('number', '=', number).execute()
  }
  return orphans.length
}

async function partOf(
  { kysely }: Database,
  store: string,
  number: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const found = await kysely
    .selectFrom('file_part')
    .select('bytes')
    .where('store', '=', store)
    .where('number', '=', number)
    .executeTakeFirst()
  return found && new Uint8Array(found.bytes)
}
