/** Pictures of a text, from the device where it holds them. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'

const address = /\/api\/files\/([0-9a-f]{64})/g
/** How long a text waits for its pictures before it is shown with their addresses, in milliseconds. */
const patience = 1_500

export interface Pictures {
  /** False for a moment, while the device is asked for the pictures. */
  ready: Accessor<boolean>
  /** For Markdown: where to get a picture; `null` = not from us, so it is named and not shown. */
  resolve(src: string): string | null
}

export function usePictures(text: Accessor<string>): Pictures {
  const core = useCore()
  const [found, setFound] = createSignal<ReadonlyMap<string, string>>(new Map())
  const [ready, setReady] = createSignal(true)
  const made = new Map<string, string>()
  onCleanup(() => {
    for (const url of made.values()) URL.revokeObjectURL(url)
  })

  createEffect(() => {
    const wanted = [...new Set([...text().matchAll(address)].map((match) => match[1]!))]
    const missing = wanted.filter((hash) => !made.has(hash))
    if (missing.length === 0) return
    let current = true
    onCleanup(() => {
      current = false
    })
    setReady(false)
    const timer = setTimeout(() => current && setReady(true), patience)
    void Promise.all(
      missing.map(async (hash) => {
        const blob = await core.files.get(hash)
        if (blob && !made.has(hash)) made.set(hash, URL.createObjectURL(blob))
      }),
    ).then(() => {
      clearTimeout(timer)
      if (!current) return
      setFound(new Map(made))
      setReady(true)
    })
  })

  return {
    ready,
    resolve(src) {
      const hash = /^\/api\/files\/([0-9a-f]{64})/.exec(src)?.[1]
      if (hash === undefined) return src.startsWith('/') && !src.startsWith('//') ? src : null
      return found().get(hash) ?? core.files.url(hash)
    },
  }
}
