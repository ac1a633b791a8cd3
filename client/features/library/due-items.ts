/** What is due, by what a page last showed of the list: looking does not open the room. */
import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useMirror } from '#client/parts/own-map.ts'
import { readingList, type Saved } from '#shared/features/library.ts'

const longestWait = 3_600_000

/** The longest due first; drawn again when the next is. */
export function useDue(): Accessor<string[]> {
  const core = useCore()
  const saved = useMirror<Saved>('library')
  const read = (): number => Date.now() + core.session.clockOffset()
  const [now, setNow] = createSignal(read())
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  const due = createMemo(() => {
    const at = Math.max(now(), read())
    const all = Object.values(saved() ?? {})
    clearTimeout(timer)
    const next = Math.min(
      ...all.flatMap(({ readAt, remindAt }) =>
        readAt === null && remindAt !== null && remindAt > at ? [remindAt] : [],
      ),
    )
    if (Number.isFinite(next)) {
      timer = setTimeout(() => setNow(read()), Math.min(longestWait, Math.max(500, next - at + 50)))
    }
    return readingList(new Map(Object.entries(saved() ?? {})), at).due
  })
  return due
}
