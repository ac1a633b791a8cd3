/**
 * While somebody writes a title: what was asked or said before that is nearly the same. Found in the worker, from what
 * is on this device; nothing is sent, and typing waits for nothing.
 */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CheckCircleIcon, DiscussIcon, HelpIcon } from '#client/ui/icons.tsx'
import { List, ListRow, Time } from '#client/ui/index.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import { similarTo } from './engine.ts'
import styles from './similar.module.css'

const most = 5
/** Until typing rests. */
const patience = 300

export function Similar(props: {
  title: string
  tags: readonly string[]
  body: string
  /** A thread that is being sent again. */
  except?: string
}): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const rows = core.feed.rows('threads')
  const texts = createMemo(() =>
    (rows() ?? [])
      .filter(({ id }) => id !== props.except)
      .map(({ id, data }) => ({ id, title: data.title, tags: [...data.tags] })),
  )
  const [ids, setIds] = createSignal<readonly string[]>([])
  let asked = 0
  createEffect(() => {
    const query = { title: props.title, tags: [...props.tags], body: props.body }
    const known = texts()
    asked += 1
    const mine = asked
    if (query.title.trim() === '') {
      setIds([])
      return
    }
    const timer = setTimeout(async () => {
      const found = await similarTo(known, query, most).catch(() => [])
      if (mine === asked) setIds(found.map(({ id }) => id))
    }, patience)
    onCleanup(() => clearTimeout(timer))
  })
  onCleanup(() => {
    asked += 1
  })
  const threads = createMemo(() => {
    const byId = new Map((rows() ?? []).map(({ id, data }) => [id, data]))
    return ids().flatMap((id) => byId.get(id) ?? [])
  })
  return (
    <>
      <p class="visually-hidden" role="status">
        {threads().length > 0 ? t('recommendations.similar_found', { count: threads().length }) : ''}
      </p>
      <Show when={threads().length > 0}>
        <section class={styles.similar} aria-label={t('recommendations.similar')}>
          <p class={styles.lead}>
            <strong>{t('recommendations.similar')}</strong> {t('recommendations.similar_hint')}
          </p>
          <List label={t('recommendations.similar')}>
            <For each={threads()}>{(thread) => <SimilarThread thread={thread} lang={lang()} />}</For>
          </List>
        </section>
      </Show>
    </>
  )
}

function SimilarThread(props: { thread: ThreadRow; lang: string }): JSX.Element {
  const { t } = useI18n()
  const isAnswered = (): boolean => props.thread.acceptedPostId !== null
  return (
    <ListRow
      href={`/discuss/${props.thread.id}`}
      title={props.thread.title}
      start={
        <Show when={props.thread.kind === 'question'} fallback={<DiscussIcon />}>
          <Show when={isAnswered()} fallback={<HelpIcon />}>
            <CheckCircleIcon />
          </Show>
        </Show>
      }
      meta={
        <>
          <Show when={isAnswered()}>
            <span class={styles.answered}>{t('recommendations.similar_answered')}</span>
          </Show>
          <span>{t('recommendations.similar_replies', { count: Math.max(0, props.thread.posts - 1) })}</span>
          <Time at={props.thread.lastPostAt} locale={props.lang} />
        </>
      }
    />
  )
}
