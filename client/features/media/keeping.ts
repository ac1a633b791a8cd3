/** What of a lesson's or article's files is on this device, and how more of it gets there. */
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import type { Download, DownloadEnd, DownloadOf } from '#client/core/downloads.ts'
import { type DeviceChoices, deviceKey, usualMediaBytes } from '#client/core/holdings-plan.ts'
import type { AttachmentsRow } from '#shared/features/media.ts'

export interface Keeping {
  /** `undefined` while that is read. */
  state: Accessor<'none' | 'part' | 'whole' | undefined>
  /** Bytes of all of it, and of those that are here. */
  size: Accessor<number>
  here: Accessor<number>
  running: Accessor<boolean>
  /** How the last attempt ended, if it is not whole. */
  failed: Accessor<Exclude<DownloadEnd, 'whole' | 'stopped'> | undefined>
  start(): Promise<void>
  stop(): void
  drop(): Promise<void>
}

/** Downloads go on while their page is left; each subject has one. */
const [running, setRunning] = createSignal<ReadonlyMap<string, AbortController>>(new Map())

export function useKeeping(subject: Accessor<string>, row: Accessor<AttachmentsRow | undefined>): Keeping {
  const core = useCore()
  const [failed, setFailed] = createSignal<Exclude<DownloadEnd, 'whole' | 'stopped'>>()
  const wanted = createMemo(() => downloadsOf(subject(), row()))
  const found = createMemo(() => {
    const all = core.downloads.all()
    const byHash = new Map(all?.map((each) => [each.hash, each]))
    return all && wanted().flatMap(({ hash }) => byHash.get(hash) ?? [])
  })
  const here = createMemo(() => sumOf(found()))
  const size = createMemo(() => wanted().reduce((sum, each) => sum + each.size, 0))
  return {
    state: () => {
      const downloads = found()
      if (!downloads) return undefined
      if (downloads.length === 0) return 'none'
      return downloads.length === wanted().length && here() >= size() ? 'whole' : 'part'
    },
    size,
    here,
    running: () => running().has(subject()),
    failed,
    async start() {
      setFailed(undefined)
      const end = await keepAll(core, subject(), wanted())
      if (end !== 'whole' && end !== 'stopped') setFailed(end)
    },
    stop: () => running().get(subject())?.abort(),
    async drop() {
      running().get(subject())?.abort()
      setFailed(undefined)
      await core.downloads.drop(wanted().map(({ hash }) => hash))
    },
  }
}

async function keepAll(core: Core, subject: string, files: readonly DownloadOf[]): Promise<DownloadEnd> {
  if (running().has(subject)) return 'stopped'
  const abort = new AbortController()
  setRunning((all) => new Map(all).set(subject, abort))
  try {
    // What somebody asked for the browser should not clear.
    void navigator.storage?.persist?.().catch(() => false)
    const choices = await core.local.get<DeviceChoices>(deviceKey)
    const room = choices?.mediaBytes ?? usualMediaBytes
    const kept = sumOf(core.downloads.all()?.filter((each) => each.subject !== subject))
    const size = files.reduce((sum, each) => sum + each.size, 0)
    const stored = await navigator.storage?.estimate?.()
    const free = (stored?.quota ?? Number.POSITIVE_INFINITY) - (stored?.usage ?? 0)
    const here = sumOf(core.downloads.all()?.filter((each) => each.subject === subject))
    if (kept + size > room || size - here > free) return 'full'
    for (const file of files) {
      const end = await core.downloads.fetch(file, { room, signal: abort.signal })
      if (end !== 'whole') return end
    }
    return 'whole'
  } finally {
    setRunning((all) => new Map([...all].filter(([each]) => each !== subject)))
  }
}

function downloadsOf(subject: string, row: AttachmentsRow | undefined): DownloadOf[] {
  if (!row) return []
  const captions = row.captions.map((each) => ({ ...each, name: each.lang, type: 'text/vtt' }))
  const files = [row.media, ...captions, ...row.files].flatMap((file) => file ?? [])
  const once = new Map(files.map(({ hash, name, type, size }) => [hash, { hash, name, type, size, subject }]))
  return [...once.values()]
}

function sumOf(downloads: readonly Download[] | undefined): number {
  return downloads?.reduce((sum, each) => sum + each.here, 0) ?? 0
}
