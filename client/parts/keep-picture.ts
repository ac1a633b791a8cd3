/** A picture of the device: made small, kept here, and on its way to the server. */
import type { Core } from '#client/core/core.ts'
import { fail, ok, type Result } from '#shared/core/result.ts'
import { type ShrunkPicture, shrinkPicture } from './shrink-picture.ts'

export type NotKept = 'pictures.unreadable' | 'pictures.not_kept'

/** @returns its address. */
export async function keepPicture(core: Core, file: Blob, side?: number): Promise<Result<string, NotKept>> {
  const made = await shrinkPicture(file, side)
  return made ? keepShrunk(core, made) : fail('pictures.unreadable')
}

export async function keepShrunk(
  core: Core,
  { hash, type, bytes, blob }: ShrunkPicture,
): Promise<Result<string, NotKept>> {
  try {
    await core.files.keep(hash, blob)
    await core.commands.send('pictures.add', { hash, type, bytes })
    return ok(`/api/files/${hash}`)
  } catch {
    return fail('pictures.not_kept')
  }
}
