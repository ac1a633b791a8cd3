/** Where somebody stopped in a film or recording: on this device alone, gone when they reach the end. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

const key = 'media.places'
/** The oldest are forgotten. */
const most = 200
/** Not worth going on from, in seconds. */
const beginning = 10
const every = 5_000

type Places = Record<string, { at: number; seconds: number }>

export interface Place {
  /** Where it went on, as long as that is worth saying. */
  resumed: Accessor<number | undefined>
  restart(): void
}

let last: Promise<unknown> = Promise.resolve()

export function usePlace(hash: string, element: Accessor<HTMLMediaElement | undefined>): Place {
  const core = useCore()
  const [resumed, setResumed] = createSignal<number>()
  const write = (seconds: number | undefined): void => {
    last = last
      .then(async () => {
        const { [hash]: _, ...others } = (await core.local.get<Places>(key)) ?? {}
        const kept = Object.entries(others)
          .sort(([, a], [, b]) => b.at - a.at)
          .slice(0, most - 1)
        const places = Object.fromEntries(kept)
        await core.local.set<Places>(
          key,
          seconds === undefined ? places : { ...places, [hash]: { at: Date.now(), seconds } },
        )
      })
      .catch((error: unknown) => console.error(error))
  }
  createEffect(() => {
    const player = element()
    if (!player) return
    const abort = new AbortController()
    const { signal } = abort
    onCleanup(() => abort.abort())
    let written = 0
    const keep = (): void => {
      if (player.currentTime > beginning && !player.ended) write(player.currentTime)
    }
    const goOn = async (): Promise<void> => {
      const known = (await core.local.get<Places>(key))?.[hash]?.seconds
      if (known === undefined || signal.aborted || player.currentTime > 0) return
      if (known >= player.duration - 1) return
      player.currentTime = known
      setResumed(known)
    }
    player.addEventListener('loadedmetadata', () => void goOn(), { signal, once: true })
    if (player.readyState >= 1) void goOn()
    player.addEventListener('pause', keep, { signal })
    player.addEventListener('seeked', keep, { signal })
    player.addEventListener(
      'timeupdate',
      () => {
        if (Date.now() - written < every) return
        written = Date.now()
        keep()
      },
      { signal },
    )
    player.addEventListener(
      'ended',
      () => {
        setResumed(undefined)
        write(undefined)
      },
      { signal },
    )
    window.addEventListener('pagehide', keep, { signal })
    onCleanup(keep)
  })
  return {
    resumed,
    restart() {
      const player = element()
      if (player) player.currentTime = 0
      setResumed(undefined)
      write(undefined)
    },
  }
}
