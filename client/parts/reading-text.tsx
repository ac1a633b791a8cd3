/** A long text to read: where one is in it, shown and kept, and where one left it last time. */
import { useLocation } from '@solidjs/router'
import { createEffect, createSignal, type JSX, lazy, onCleanup, onMount, Show, Suspense } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, type Heading, Markdown, Skeleton } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { markdownLabels } from './labels.ts'
import { usePictures } from './pictures.ts'
import { finished, type Position } from './position.ts'
import styles from './reading-text.module.css'

const Marks = lazy(() => import('./marks.tsx').then((module) => ({ default: module.Marks })))

export interface ReadingTextProps {
  /** What recommendations call it: `article:<id>`. Must not change: key the component by it. */
  item: string
  lang: 'zh' | 'en'
  text: string
  position: Position | undefined
  /** The position is known, or it is known that there is none. */
  ready: boolean
  words: { loading: string; resumed: string; toStart: string }
  onReached: (fraction: number) => void
  onHeadings: (headings: Heading[]) => void
}

export function ReadingText(props: ReadingTextProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const pictures = usePictures(() => props.text)
  const [resumed, setResumed] = createSignal(false)
  let host!: HTMLDivElement
  let bar!: HTMLDivElement
  const progress = useProgress(
    () => host,
    // The component is keyed by the item.
    // eslint-disable-next-line solid/reactivity
    props.item,
    (fraction) => props.onReached(fraction),
    (fraction) => bar.style.setProperty('--read', String(fraction)),
  )

  /** Where the reader belongs, once: at the address's fragment, or where they left. */
  const [drawn, setDrawn] = createSignal(false)
  let placed = false
  let hintTimer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(hintTimer))
  createEffect(() => {
    if (placed || !drawn() || !props.ready) return
    placed = true
    const fragment = decodeURIComponent(location.hash.slice(1))
    if (fragment) document.getElementById(fragment)?.scrollIntoView()
    // Back in the history: the shell scrolls by itself.
    else if (window.scrollY < 8 && resume(host, props.position)) {
      setResumed(true)
      hintTimer = setTimeout(() => setResumed(false), hint)
    }
    progress.begin(props.position)
  })
  const toStart = (): void => {
    setResumed(false)
    window.scrollTo({ top: 0 })
  }
  return (
    <>
      <div ref={bar} class={styles.bar} aria-hidden="true" />
      <div ref={host} class={styles.body}>
        <Show when={pictures.ready()} fallback={<Skeleton label={props.words.loading} lines={10} />}>
          <Markdown
            text={props.text}
            labels={markdownLabels(t)}
            lang={props.lang}
            serif
            headingShift={hasTopHeading(props.text) ? 1 : 0}
            resolveImage={pictures.resolve}
            onHeadings={(headings) => {
              props.onHeadings(headings)
              setDrawn(true)
            }}
          />
        </Show>
      </div>
      <Show when={isMember(core.session.viewer()) && drawn()}>
        <Suspense>
          <Marks item={props.item} host={host} lang={props.lang} />
        </Suspense>
      </Show>
      <Show when={resumed()}>
        <div class={styles.resumed} role="status">
          <span>{props.words.resumed}</span>
          <Button small variant="soft" onClick={toStart}>
            {props.words.toStart}
          </Button>
        </div>
      </Show>
    </>
  )
}

/** A body that begins at h1 is set one level lower: the page's h1 is the title. */
export function hasTopHeading(text: string): boolean {
  return /^#\s/m.test(text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, ''))
}

/** @returns whether the reader was taken somewhere. */
function resume(host: HTMLElement, position: Position | undefined): boolean {
  if (!position || position.fraction >= finished) return false
  const box = host.getBoundingClientRect()
  const top = box.top + window.scrollY + position.fraction * box.height - window.innerHeight
  if (top < window.innerHeight / 2) return false
  window.scrollTo({ top, behavior: 'instant' })
  return true
}

/** How long a resumed reader is offered the way to the start, in milliseconds. */
const hint = 8_000
/** Milliseconds of rest after which a position is kept, and of stay after which a text counts as opened. */
const rest = 1_200
const stay = 4_000
/** Shares of the text at which reading counts for recommendations, and what each is worth. */
const milestones = [0.25, 0.5, 0.75, finished] as const
const worth = 0.6

interface Progress {
  /** From now on scrolling is reading. */
  begin(position: Position | undefined): void
}

function useProgress(
  host: () => HTMLElement,
  item: string,
  onReached: (fraction: number) => void,
  draw: (fraction: number) => void,
): Progress {
  const core = useCore()
  let isReading = false
  let reached = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stayTimer: ReturnType<typeof setTimeout> | undefined

  const fractionNow = (): number => {
    const box = host().getBoundingClientRect()
    return box.height === 0 ? 0 : Math.min(1, Math.max(0, (window.innerHeight - box.top) / box.height))
  }
  const keep = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (!isReading) return
    const fraction = fractionNow()
    onReached(fraction)
    const passed = milestones.filter((milestone) => milestone > reached && milestone <= fraction)
    reached = Math.max(reached, fraction)
    if (passed.length > 0) void core.behaviour.seen(item, passed.length * worth)
  }
  const onScroll = (): void => {
    draw(fractionNow())
    if (isReading && timer === undefined) timer = setTimeout(keep, rest)
  }
  onMount(() => {
    window.addEventListener('scroll', onScroll, { passive: true })
    window.addEventListener('resize', onScroll, { passive: true })
    document.addEventListener('visibilitychange', keep)
    onCleanup(() => {
      window.removeEventListener('scroll', onScroll)
      window.removeEventListener('resize', onScroll)
      document.removeEventListener('visibilitychange', keep)
      clearTimeout(stayTimer)
      clearTimeout(timer)
    })
  })
  return {
    begin(position) {
      isReading = true
      reached = position?.furthest ?? 0
      draw(fractionNow())
      stayTimer = setTimeout(() => {
        if (reached === 0) void core.behaviour.seen(item, worth / 2)
        keep()
      }, stay)
    },
  }
}
