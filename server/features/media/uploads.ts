/**
 * Uploads: begun with a size and a use, filled part by part, and ended with a hash. Whoever begins the same file again
 * goes on where they were. What a file is, its first part tells; what is none of what it was to be ends there.
 */
import type { Context } from 'hono'
import type { Reader, Route, Tx } from '#server/core/feature.ts'
import { refusalResponse } from '#server/core/http.ts'
import type { Services } from '#server/core/services.ts'
import { parse } from '#shared/core/contract.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { fail, ok, type Refusal, type Result, refuse } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import { type CommunityRow, communityId } from '#shared/features/accounts.ts'
import {
  beginUpload,
  largestUpload,
  mediaBounds,
  type UploadRow,
  type UploadState,
  uploadId,
} from '#shared/features/media.ts'
import { fileType, isCaptions, mediaType } from '#shared/features/media-types.ts'
import { notMedia } from './sets.ts'
import { type BegunRecord, db } from './tables.ts'

interface Asked {
  c: Context
  viewer: Viewer
  services: Services
}

const noUpload: Refusal = { code: 'not_found', message: 'no such upload', reason: 'media.no_upload' }
const day = 86_400_000

/** Requests a minute: a part takes one. */
const rate = 1_200

export const routes: readonly Route[] = [
  { method: 'POST', path: '/api/uploads', access: 'author', handle: begin },
  {
    method: 'PUT',
    path: '/api/uploads/:id/:part',
    access: 'author',
    body: mediaBounds.part,
    rate,
    handle: add,
  },
  { method: 'POST', path: '/api/uploads/:id/end', access: 'author', handle: end },
  { method: 'DELETE', path: '/api/uploads/:id', access: 'author', handle: stop },
]

async function begin({ c, viewer, services }: Asked): Promise<Response> {
  const asked = parse(beginUpload, await c.req.json().catch(() => undefined))
  if (!asked.ok) return refusalResponse(asked.error)
  const { name, size, use, print } = asked.value
  const memberId = viewer.id!
  return answer(
    c,
    await services.transact(async (tx): Promise<Result<UploadState>> => {
      const limit = largestUpload(await tx.row<CommunityRow>('community', communityId), use)
      if (size > limit) {
        return refuse('too_large', `at most ${limit} bytes`, {
          field: 'size',
          reason: 'media.too_large',
          params: { megabytes: limit / 1_000_000 },
        })
      }
      const known = await db(tx)
        .selectFrom('media_begun')
        .select(['id', 'received'])
        .where('member_id', '=', memberId)
        .where('print', '=', print)
        .where('size', '=', size)
        .where('use_as', '=', use)
        .executeTakeFirst()
      if (known) return ok(known)
      const room = await roomFor(tx, memberId, size)
      if (!room.ok) return room
      const id = uuidv7(tx.now)
      await db(tx)
        .insertInto('media_begun')
        .values({ id, member_id: memberId, name, size, use_as: use, print, received: 0, at: tx.now })
        .execute()
      return ok({ id, received: 0 })
    }),
  )
}

/** What is under way counts as much as what is there. */
async function roomFor(tx: Tx, memberId: string, size: number): Promise<Result<void>> {
  const sum = async (table: 'media_begun' | 'media_file'): Promise<{ bytes: number; today: number }> => {
    const rows = await db(tx)
      .selectFrom(table)
      .select(['size', 'at'])
      .where('member_id', '=', memberId)
      .execute()
    return {
      bytes: rows.reduce((all, row) => all + row.size, 0),
      today: rows.filter((row) => row.at > tx.now - day).length,
    }
  }
  const [begun, whole] = [await sum('media_begun'), await sum('media_file')]
  if (begun.today + whole.today >= mediaBounds.aDay) {
    return refuse('conflict', 'that were many files for one day', {
      field: 'size',
      reason: 'media.too_many',
      params: { most: mediaBounds.aDay },
    })
  }
  if (begun.bytes + whole.bytes + size > mediaBounds.kept) {
    return refuse('conflict', 'that is more than one member may keep', {
      field: 'size',
      reason: 'media.too_much',
      params: { gigabytes: mediaBounds.kept / 1_000_000_000 },
    })
  }
  return ok()
}

async function add({ c, viewer, services }: Asked): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const part = Number(c.req.param('part'))
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  return answer(
    c,
    await services.transact(async (tx): Promise<Result<UploadState>> => {
      const begun = await begunBy(tx, viewer, id)
      if (!begun) return fail(noUpload)
      if (part === begun.received - 1) return ok({ id, received: begun.received })
      if (part !== begun.received || part >= partsOf(begun.size)) {
        return refuse('conflict', `part ${begun.received} is next`, {
          field: 'part',
          reason: 'media.other_part',
          params: { received: begun.received },
        })
      }
      const length = Math.min(mediaBounds.part, begun.size - part * mediaBounds.part)
      if (bytes.byteLength !== length) {
        return refuse('invalid', `this part has ${length} bytes`, {
          field: 'part',
          reason: 'media.other_part',
          params: { received: begun.received },
        })
      }
      if (part === 0) {
        const fit = fits(begun.use_as, bytes)
        if (!fit.ok) {
          await db(tx).deleteFrom('media_begun').where('id', '=', id).execute()
          return fit
        }
      }
      await tx.storePart(id, part, bytes)
      await db(tx)
        .updateTable('media_begun')
        .set({ received: part + 1, at: tx.now })
        .where('id', '=', id)
        .execute()
      return ok({ id, received: part + 1 })
    }),
  )
}

function fits(use: 'media' | 'captions' | 'file', first: Uint8Array): Result<void> {
  if (use === 'media' && !mediaType(first)) return notMedia('file')
  if (use === 'captions' && !isCaptions(first)) {
    return refuse('invalid', 'these are no captions', { field: 'file', reason: 'media.no_captions' })
  }
  return ok()
}

async function end({ c, viewer, services }: Asked): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const begun = await services.read((reader) => begunBy(reader, viewer, id))
  if (!begun) return refusalResponse(noUpload)
  const whole = await services.readParts(id)
  return answer(
    c,
    await services.transact(async (tx): Promise<Result<UploadRow & { hash: string }>> => {
      const still = await begunBy(tx, viewer, id)
      if (!still) return fail(noUpload)
      if (whole.size !== still.size) {
        return refuse('conflict', `part ${still.received} is next`, {
          field: 'part',
          reason: 'media.other_part',
          params: { received: still.received },
        })
      }
      if (still.use_as === 'captions' && fileType(whole.first, whole.size) !== 'text/vtt') {
        return refuse('invalid', 'these are no captions', { field: 'file', reason: 'media.no_captions' })
      }
      await db(tx).deleteFrom('media_begun').where('id', '=', id).execute()
      return ok(await keepUpload(tx, still, whole))
    }),
  )
}

async function keepUpload(
  tx: Tx,
  { id, member_id, name }: Pick<BegunRecord, 'id' | 'member_id' | 'name'>,
  { hash, size, first }: Awaited<ReturnType<Services['readParts']>>,
): Promise<UploadRow & { hash: string }> {
  const row = { name, type: fileType(first, size), size, at: tx.now }
  await tx.storeParts({ hash, type: row.type, size, store: id })
  await db(tx)
    .insertInto('media_file')
    .values({ hash, member_id, ...row })
    .onConflict((conflict) => conflict.columns(['member_id', 'hash']).doUpdateSet(row))
    .execute()
  const rowId = uploadId(hash, member_id)
  await tx.publish('uploads', rowId, row)
  await tx.refer('uploads', rowId, [hash])
  return { ...row, hash }
}

/** Without a browser: what the server's own code has made. @returns its hash */
export async function storeUpload(
  services: Services,
  memberId: string,
  name: string,
  bytes: Uint8Array,
): Promise<string> {
  const id = uuidv7(services.now())
  await services.transact(async (tx) => {
    for (let part = 0; part < partsOf(bytes.byteLength); part++) {
      await tx.storePart(id, part, bytes.subarray(part * mediaBounds.part, (part + 1) * mediaBounds.part))
    }
  })
  const whole = await services.readParts(id)
  return services.transact(
    async (tx) => (await keepUpload(tx, { id, member_id: memberId, name }, whole)).hash,
  )
}

/** Its parts go when the sweep comes by. */
async function stop({ c, viewer, services }: Asked): Promise<Response> {
  const id = c.req.param('id') ?? ''
  return answer(
    c,
    await services.transact(async (tx): Promise<Result<object>> => {
      if (!(await begunBy(tx, viewer, id))) return fail(noUpload)
      await db(tx).deleteFrom('media_begun').where('id', '=', id).execute()
      await tx.later('media.sweep', {}, { key: `media.sweep:${id}` })
      return ok({})
    }),
  )
}

async function begunBy(reader: Reader, viewer: Viewer, id: string): Promise<BegunRecord | undefined> {
  const found = await db(reader).selectFrom('media_begun').selectAll().where('id', '=', id).executeTakeFirst()
  return found?.member_id === viewer.id ? found : undefined
}

function partsOf(size: number): number {
  return Math.ceil(size / mediaBounds.part)
}

function answer<T extends object>(c: Context, result: Result<T>): Response {
  return result.ok ? c.json(result.value) : refusalResponse(result.error)
}
