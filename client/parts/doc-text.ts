/** A document's text as a signal. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import type { DocHandle } from '#client/core/docs.ts'
import { bodyOf } from '#client/core/feature.ts'

/**
 * The text as it is now; '' while there is none.
 * @param calm at most one change in so many milliseconds: for what costs more than showing it.
 */
export function useText(handle: () => DocHandle | undefined, calm = 0): Accessor<string> {
  const [text, setText] = createSignal('')
  createEffect(() => {
    const open = handle()
    // Also when another epoch takes its place.
    open?.present()
    if (!open?.loaded()) {
      setText('')
      return
    }
    const body = bodyOf(open.doc)
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = (): void => {
      timer = undefined
      setText(body.toString())
    }
    const changed = (): void => {
      if (calm === 0) read()
      else timer ??= setTimeout(read, calm)
    }
    read()
    body.observe(changed)
    onCleanup(() => {
      clearTimeout(timer)
      body.unobserve(changed)
    })
  })
  return text
}
