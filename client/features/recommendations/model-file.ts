/**
 * The model's file on this device. The feed's row says which version there is; one tab fetches it, looks whether it is
 * sound, and keeps it for all of them, so that it ranks offline too. What is kept serves until a better one is.
 */
import { type Accessor, createEffect } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { versionHeader, versions } from '#shared/core/wire.ts'
import type { ModelRow } from '#shared/features/recommendations.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'

export interface KeptModel {
  version: string
  bytes: Uint8Array<ArrayBuffer>
}

const key = 'recommendations.model'

/** `null`: the community has no model, or none for this viewer. */
export function useModelRow(): Accessor<Stored<ModelRow> | null | undefined> {
  const core = useCore()
  return core.feed.row('models', () => (core.session.viewer().id === null ? 'everyone' : 'members'))
}

export function useKeptModel(): Accessor<KeptModel | undefined> {
  return useCore().local.live<KeptModel>(key)
}

/** Fetches what the row announces, as often as it announces something else. */
export function followModel(): void {
  const core = useCore()
  const row = useModelRow()
  createEffect(() => {
    const version = row()?.data.version
    if (version === undefined || !core.connection().online) return
    void navigator.locks.request('lyceum.model', { ifAvailable: true }, async (lock) => {
      if (lock) await fetchModel(core, version)
    })
  })
}

async function fetchModel(core: Core, version: string): Promise<void> {
  const memberId = core.session.viewer().id
  if ((await core.local.get<KeptModel>(key))?.version === version) return
  const bytes = await download()
  if (!bytes) return
  const model = await decodeModel(bytes)
  // Damaged, or newer than this shell can read: the one that is kept serves on, and the next announcement is tried.
  if (!model.ok) return
  // What members may know must not end up with whoever uses this device after them.
  if (core.session.viewer().id !== memberId) return
  await core.local.set(key, { version: model.value.version, bytes } satisfies KeptModel)
}

/** The model is one file for everybody, known by its version: neither a row nor a blob of somebody's. */
async function download(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const headers = { [versionHeader]: String(versions.current) }
    const response = await fetch('/api/model', { credentials: 'same-origin', headers })
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
  } catch {
    return undefined // offline after all
  }
}
