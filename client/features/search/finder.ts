/**
 * One search as a page or the dialog shows it: what the device has, at once and with every letter, and under it what the
 * community has besides, when it comes. What is shown first stays where it is.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import type { Answer, FoundHere } from '#client/worker/search/types.ts'
import type { FoundElsewhere } from '#shared/features/search.ts'
import { needlesOf } from '#shared/search/query.ts'
import type { Kind } from '#shared/search/subjects.ts'
import { prepare, searchHere } from './engine.ts'

export interface Asked {
  text: string
  kind?: Kind | undefined
  tag?: string | undefined
  authorId?: string | undefined
  /** Days back. */
  days?: number | undefined
}

export type Elsewhere = 'quiet' | 'asking' | 'offline' | 'too_many' | 'building' | 'failed'

export interface Finder {
  /** `undefined`: nothing is looked for, or the first answer is under way. */
  here: Accessor<Answer<FoundHere> | undefined>
  elsewhere: Accessor<readonly FoundElsewhere[]>
  state: Accessor<Elsewhere>
  /** The device's own search failed. */
  broken: Accessor<boolean>
}

const shownHere = 40
/** Milliseconds without a letter after which the community is asked. */
const pause = 350
const day = 86_400_000

export function useFinder(asked: Accessor<Asked>): Finder {
  const core = useCore()
  const [here, setHere] = createSignal<Answer<FoundHere>>()
  const [broken, setBroken] = createSignal(false)
  const [others, setOthers] = createSignal<readonly FoundElsewhere[]>([])
  const [state, setState] = createSignal<Elsewhere>('quiet')
  const isAsked = createMemo(() => {
    const { text, tag, authorId } = asked()
    return needlesOf(text).length > 0 || tag !== undefined || authorId !== undefined
  })

  createEffect(() => {
    prepare(core.database()).catch(() => setBroken(true))
  })

  // Asked anew as soon as the last answer is there, and never twice at once: while one types, the newest question counts.
  let running = false
  let again = false
  async function look(): Promise<void> {
    if (running) {
      again = true
      return
    }
    running = true
    do {
      again = false
      const question = asked()
      if (!isAsked()) {
        setHere(undefined)
        continue
      }
      try {
        const now = Date.now()
        const answer = await searchHere(core.database(), questionOf(question, now), now)
        if (isAsked()) setHere({ ...answer, found: answer.found.flatMap((found) => openOnly(core, found)) })
        setBroken(false)
      } catch {
        setBroken(true)
      }
    } while (again)
    running = false
  }
  createEffect(on([asked, core.database], () => void look()))

  const online = createMemo(() => core.connection().online)
  createEffect(
    on([asked, online, core.database], () => {
      const question = asked()
      setOthers([])
      const asks = needlesOf(question.text).length > 0
      setState(asks ? (online() ? 'asking' : 'offline') : 'quiet')
      if (!asks || !online()) return
      let current = true
      const timer = setTimeout(async () => {
        const answer = await askCommunity(core, question)
        if (!current) return
        setOthers(answer.found)
        setState(answer.state)
      }, pause)
      onCleanup(() => {
        current = false
        clearTimeout(timer)
      })
    }),
  )

  const elsewhere = createMemo(() => {
    const known = new Set((here()?.found ?? []).map(({ kind, id }) => `${kind}/${id}`))
    return others().filter(({ kind, id }) => !known.has(`${kind}/${id}`))
  })
  return { here, elsewhere, state, broken }
}

function questionOf({ text, kind, tag, authorId, days }: Asked, now: number) {
  return {
    text,
    kinds: kind && [kind],
    tag,
    authorId,
    since: days === undefined ? undefined : now - days * day,
    limit: shownHere,
  }
}

/** What is sold is found by its body only where it may be opened now. */
function openOnly(core: Core, found: FoundHere): FoundHere[] {
  const { lock } = found
  if (!lock || (lock.authorId !== null && lock.authorId === core.session.viewer().id)) return [found]
  if (core.lease.opens(lock.opening, lock.item)) return [found]
  return found.onlyBody ? [] : [{ ...found, snippet: found.fromBody ? undefined : found.snippet }]
}

async function askCommunity(
  core: Core,
  { text, kind, tag, authorId, days }: Asked,
): Promise<{ found: readonly FoundElsewhere[]; state: Elsewhere }> {
  const answer = await core.queries.ask('search.find', {
    text,
    ...(kind ? { kinds: [kind] } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(authorId === undefined ? {} : { authorId }),
    ...(days === undefined ? {} : { since: Date.now() - days * day }),
  })
  if (!answer.ok) {
    const { code } = answer.error
    return {
      found: [],
      state: code === 'too_many' ? 'too_many' : code === 'unavailable' ? 'offline' : 'failed',
    }
  }
  if (!answer.value.ok) return { found: [], state: answer.value.reason }
  return { found: answer.value.found, state: 'quiet' }
}
