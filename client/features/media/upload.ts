/**
 * Sends a file to the server part by part. A lost connection is waited for; whoever chooses the same file again after a
 * restart goes on where it stood.
 */
import { asRefusal } from '#client/core/http.ts'
import type { Refusal } from '#shared/core/result.ts'
import { versionHeader, versions } from '#shared/core/wire.ts'
import { mediaBounds, type UploadRow, type UploadState, type UploadUse } from '#shared/features/media.ts'

export interface Progress {
  /** Bytes that the server has. */
  sent: number
  /** `waiting`: there is no connection; it goes on by itself. */
  state: 'sending' | 'waiting' | 'ending'
}

export type Uploaded = UploadRow & { hash: string }

export type UploadEnd =
  | { is: 'whole'; file: Uploaded }
  | { is: 'refused'; refusal: Refusal }
  | { is: 'stopped' }

interface UploadOptions {
  use: UploadUse
  memberId: string
  signal: AbortSignal
  onProgress(progress: Progress): void
}

type Answer<T> = { is: 'ok'; body: T } | { is: 'refused'; refusal: Refusal } | { is: 'unreachable' }

export async function upload(file: File, options: UploadOptions): Promise<UploadEnd> {
  const { use, signal, onProgress } = options
  const print = await printOf(file)
  const name = file.name.trim().slice(-200) || 'file'
  let pause = 1_000
  let sent = 0
  while (!signal.aborted) {
    const end = await attempt()
    if (end) return end
    if (signal.aborted) break
    onProgress({ sent, state: 'waiting' })
    await connection(pause, signal)
    pause = Math.min(pause * 2, 15_000)
  }
  return { is: 'stopped' }

  /** `undefined`: try again. */
  async function attempt(): Promise<UploadEnd | undefined> {
    const begun = await ask<UploadState>('POST', '/api/uploads', { name, size: file.size, use, print })
    if (begun.is !== 'ok') return begun.is === 'refused' ? begun : undefined
    const { id } = begun.body
    for (let part = begun.body.received; part * mediaBounds.part < file.size; part++) {
      sent = part * mediaBounds.part
      onProgress({ sent, state: 'sending' })
      const bytes = file.slice(sent, sent + mediaBounds.part)
      const taken = await ask<UploadState>('PUT', `/api/uploads/${id}/${part}`, bytes)
      if (signal.aborted) return { is: 'stopped' }
      if (taken.is === 'unreachable') return undefined
      // Another tab sends the same file: its parts count.
      if (taken.is === 'refused') return taken.refusal.reason === 'media.other_part' ? undefined : taken
      pause = 1_000
    }
    sent = file.size
    onProgress({ sent, state: 'ending' })
    const whole = await ask<Uploaded>('POST', `/api/uploads/${id}/end`, {})
    if (whole.is === 'unreachable') return undefined
    return whole.is === 'ok' ? { is: 'whole', file: whole.body } : whole
  }

  async function ask<T>(method: string, url: string, body: Blob | object): Promise<Answer<T>> {
    try {
      const response = await fetch(url, {
        method,
        signal,
        credentials: 'same-origin',
        headers: {
          [versionHeader]: String(versions.current),
          'x-member': options.memberId,
          'content-type': body instanceof Blob ? 'application/octet-stream' : 'application/json',
        },
        body: body instanceof Blob ? body : JSON.stringify(body),
      })
      const said: unknown = await response.json()
      if (response.ok) return { is: 'ok', body: said as T }
      const refusal = asRefusal(said)
      // A proxy's answer, a server that starts, or one that has to be waited for.
      if (!refusal || ['too_many', 'unavailable', 'internal'].includes(refusal.code)) {
        return refusal?.reason === 'core.read_only' ? { is: 'refused', refusal } : { is: 'unreachable' }
      }
      return { is: 'refused', refusal }
    } catch {
      return { is: 'unreachable' }
    }
  }
}

/** Until the browser says that there is a network, or the time is up. */
function connection(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}

/** The same for the same file, without reading all of it. */
async function printOf(file: File): Promise<string> {
  const ends = new Blob([file.slice(0, 65_536), file.slice(-65_536)])
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await ends.arrayBuffer()))
  const hex = [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex}-${file.lastModified}`
}

/** What a browser sees in a film or recording: whether there is a picture, and how long it is. */
export function inspectMedia(file: File): Promise<{ kind: 'video' | 'audio'; seconds: number }> {
  const element = document.createElement('video')
  const url = URL.createObjectURL(file)
  const guess = file.type.startsWith('audio/') ? 'audio' : 'video'
  return new Promise((resolve) => {
    const end = (kind: 'video' | 'audio', seconds: number): void => {
      clearTimeout(timer)
      element.removeAttribute('src')
      URL.revokeObjectURL(url)
      resolve({ kind, seconds: Number.isFinite(seconds) ? seconds : 0 })
    }
    const timer = setTimeout(() => end(guess, 0), 5_000)
    element.preload = 'metadata'
    element.addEventListener('loadedmetadata', () =>
      end(element.videoWidth > 0 ? 'video' : 'audio', element.duration),
    )
    element.addEventListener('error', () => end(guess, 0))
    element.src = url
  })
}
