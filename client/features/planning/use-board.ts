/** A board as pages see it: read off its document whenever that changes, items keeping their identity. */
import { type Accessor, createComputed, createSignal, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import type { EventRow } from '#shared/features/events.ts'
import { type Board, readBoard } from '#shared/features/plan-board.ts'
import type { PlanBoardRow } from '#shared/features/planning.ts'

/** What the parts of a plan's page share. */
export interface Plan {
  event: EventRow
  row: PlanBoardRow
  handle: DocHandle
  board: Board
  /** Members who may look after something, and those who are named on the board. */
  people: Accessor<readonly { id: string; name: string }[]>
  nameOf(memberId: string): string
}

export function useBoard(handle: Accessor<DocHandle | undefined>): Board {
  const [board, setBoard] = createStore<Board>({ tasks: [], run: [], budget: [], roles: [] })
  createComputed(() => {
    const open = handle()
    if (!open?.loaded()) return
    const { doc } = open
    let asked = false
    const read = (): void => {
      asked = false
      setBoard(reconcile(readBoard(doc), { key: 'id' }))
    }
    // Many changes come at once when devices meet.
    const changed = (): void => {
      if (!asked) queueMicrotask(read)
      asked = true
    }
    read()
    doc.on('update', changed)
    onCleanup(() => doc.off('update', changed))
  })
  return board
}

/** The server's time, every half minute. */
export function useNow(): Accessor<number> {
  const core = useCore()
  const read = (): number => Date.now() + core.session.clockOffset()
  const [now, setNow] = createSignal(read())
  const timer = setInterval(() => setNow(read()), 30_000)
  onCleanup(() => clearInterval(timer))
  return now
}
