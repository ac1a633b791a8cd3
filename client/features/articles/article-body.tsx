/** An article's text, and how far one has come in it. */
import { useLocation } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { OfflineIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, type Heading, Markdown, Skeleton } from '#client/ui/index.ts'
import { contentRoom } from '#shared/features/articles.ts'
import styles from './articles.module.css'
import { finished, type Position, useReading } from './reading.ts'

export interface ArticleBodyProps {
  id: string
  lang: 'zh' | 'en'
  /** Of a publication that is still on its way. */
  pendingText: string | undefined
  onHeadings: (headings: Heading[]) => void
}

export function ArticleBody(props: ArticleBodyProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const handle = core.docs.use(() => contentRoom(props.id))
  const [stored, setStored] = createSignal<string>()
  createEffect(() => {
    const open = handle()
    if (!open?.present()) {
      setStored(undefined)
      return
    }
    const body = bodyOf(open.doc)
    const read = (): void => {
      setStored(body.toString())
    }
    read()
    body.observe(read)
    onCleanup(() => body.unobserve(read))
  })
  const text = createMemo(() => props.pendingText ?? stored())
  return (
    <Show
      when={text() !== undefined}
      fallback={
        <Show
          when={!core.connection().online && handle()?.loaded()}
          fallback={<Skeleton label={t('articles.loading_one')} lines={10} />}
        >
          <EmptyState icon={OfflineIcon} title={t('articles.absent')}>
            {t('articles.absent_text')}
          </EmptyState>
        </Show>
      }
    >
      <Text id={props.id} lang={props.lang} text={text()!} onHeadings={props.onHeadings} />
    </Show>
  )
}

interface TextProps {
  id: string
  lang: 'zh' | 'en'
  text: string
  onHeadings: (headings: Heading[]) => void
}

function Text(props: TextProps): JSX.Element {
  const { t } = useI18n()
  const location = useLocation()
  const pictures = usePictures(() => props.text)
  const reading = useReading()
  const [resumed, setResumed] = createSignal(false)
  let host!: HTMLDivElement
  let bar!: HTMLDivElement
  const progress = useProgress(
    () => host,
    // The component is keyed by the article.
    // eslint-disable-next-line solid/reactivity
    props.id,
    (fraction) => bar.style.setProperty('--read', String(fraction)),
  )

  /** Where the reader belongs, once: at the address's fragment, or where they left. */
  const [drawn, setDrawn] = createSignal(false)
  let placed = false
  let hintTimer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(hintTimer))
  createEffect(() => {
    const positions = reading.positions()
    if (placed || !drawn() || !positions) return
    placed = true
    const fragment = decodeURIComponent(location.hash.slice(1))
    if (fragment) document.getElementById(fragment)?.scrollIntoView()
    // Back in the history: the shell scrolls by itself.
    else if (window.scrollY < 8 && resume(host, positions.get(props.id))) {
      setResumed(true)
      hintTimer = setTimeout(() => setResumed(false), hint)
    }
    progress.begin(reading, positions.get(props.id))
  })
  const toStart = (): void => {
    setResumed(false)
    window.scrollTo({ top: 0 })
  }
  return (
    <>
      <div ref={bar} class={styles.bar} aria-hidden="true" />
      <div ref={host} class={styles.body}>
        <Show when={pictures.ready()} fallback={<Skeleton label={t('articles.loading_one')} lines={10} />}>
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
      <Show when={resumed()}>
        <div class={styles.resumed} role="status">
          <span>{t('articles.resumed')}</span>
          <Button small variant="soft" onClick={toStart}>
            {t('articles.to_start')}
          </Button>
        </div>
      </Show>
    </>
  )
}

/** A body that begins at h1 is set one level lower: the page's h1 is the title. */
function hasTopHeading(text: string): boolean {
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
/** Milliseconds of rest after which a position is kept, and of stay after which an article counts as opened. */
const rest = 1_200
const stay = 4_000
/** Shares of the text at which reading counts for recommendations, and what each is worth. */
const milestones = [0.25, 0.5, 0.75, finished] as const
const worth = 0.6

interface Progress {
  /** From now on scrolling is reading. */
  begin(reading: ReturnType<typeof useReading>, position: Position | undefined): void
}

function useProgress(host: () => HTMLElement, id: string, draw: (fraction: number) => void): Progress {
  const core = useCore()
  let reading: ReturnType<typeof useReading> | undefined
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
    if (!reading) return
    const fraction = fractionNow()
    reading.reached(id, fraction)
    const passed = milestones.filter((milestone) => milestone > reached && milestone <= fraction)
    reached = Math.max(reached, fraction)
    if (passed.length > 0) void core.behaviour.seen(`article:${id}`, passed.length * worth)
  }
  const onScroll = (): void => {
    draw(fractionNow())
    if (reading && timer === undefined) timer = setTimeout(keep, rest)
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
    begin(shared, position) {
      reading = shared
      reached = position?.furthest ?? 0
      draw(fractionNow())
      stayTimer = setTimeout(() => {
        if (reached === 0) void core.behaviour.seen(`article:${id}`, worth / 2)
        keep()
      }, stay)
    },
  }
}
