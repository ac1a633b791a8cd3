/** Pictures that members add: checked by their bytes, counted by the day, and stored together with the row that says whose. */
import type { Kysely } from 'kysely'
import { listener, type Migration, type Reader, type ServerHalf } from '#server/core/feature.ts'
import { ok, refuse } from '#shared/core/result.ts'
import {
  type pictures as contract,
  pictureBounds,
  pictureId,
  pictureType,
} from '#shared/features/pictures.ts'
import { profiles } from '#shared/features/profiles.ts'

interface Tables {
  pictures_picture: { hash: string; member_id: string; size: number; at: number }
}

const day = 86_400_000

function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const create: Migration = async (kysely: Kysely<unknown>) => {
  await kysely.schema
    .createTable('pictures_picture')
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('pictures_picture_key', ['member_id', 'hash'])
    .execute()
}

/** What others show of theirs stays theirs to show; what nobody shows goes. */
const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  const theirs = await db(tx)
    .deleteFrom('pictures_picture')
    .where('member_id', '=', memberId)
    .returning('hash')
    .execute()
  for (const { hash } of theirs) {
    const id = pictureId(hash, memberId)
    await tx.publish('pictures', id, null)
    await tx.refer('pictures', id, [])
  }
  await tx.dropFiles(theirs.map((picture) => picture.hash))
})

export const pictures: ServerHalf<typeof contract> = {
  migrations: { '001': create },
  tables: { pictures_picture: ['pictures'] },
  commands: {
    add: {
      allow: () => ok(),
      async handle({ tx, viewer }, input) {
        const bytes = Buffer.from(input.bytes, 'base64')
        if (bytes.byteLength > pictureBounds.bytes) {
          return refuse('too_large', 'the picture is too large', {
            field: 'bytes',
            reason: 'pictures.too_large',
          })
        }
        const type = pictureType(bytes)
        if (type === undefined || type !== input.type) {
          return refuse('invalid', 'these bytes are no picture of this type', {
            field: 'bytes',
            reason: 'pictures.no_picture',
          })
        }
        const known = await db(tx)
          .selectFrom('pictures_picture')
          .select('hash')
          .where('hash', '=', input.hash)
          .where('member_id', '=', viewer.id)
          .executeTakeFirst()
        if (known) return ok({ hash: input.hash })
        const { count } = await db(tx)
          .selectFrom('pictures_picture')
          .select((eb) => eb.fn.countAll<number | string>().as('count'))
          .where('member_id', '=', viewer.id)
          .where('at', '>', tx.now - day)
          .executeTakeFirstOrThrow()
        if (Number(count) >= pictureBounds.aDay) {
          return refuse('conflict', 'that were many pictures for one day', {
            reason: 'pictures.too_many',
            params: { most: pictureBounds.aDay },
          })
        }
        if ((await tx.storeFile(bytes, type)) !== input.hash) {
          return refuse('invalid', 'the hash is another', { field: 'hash', reason: 'pictures.no_picture' })
        }
        await db(tx)
          .insertInto('pictures_picture')
          .values({ hash: input.hash, member_id: viewer.id, size: bytes.byteLength, at: tx.now })
          .execute()
        const id = pictureId(input.hash, viewer.id)
        await tx.publish('pictures', id, { type, size: bytes.byteLength, at: tx.now })
        await tx.refer('pictures', id, [input.hash])
        return ok({ hash: input.hash })
      },
    },
  },
  rows: { pictures: { audience: (_row, id) => `member:${id.slice(id.indexOf('.') + 1)}` } },
  documents: {},
  queries: {},
  on: { 'profiles.deleted': onDeleted },
}
