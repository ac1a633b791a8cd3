/** The groups of a day: 250 sessions stay fluid because groups out of sight are neither laid out nor painted. */
import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button } from '#client/ui/index.ts'
import type { EventRow } from '#shared/features/events.ts'
import { type Group, nowIndex } from './agenda.ts'
import { type Clock, dayName } from './clock.ts'
import styles from './events.module.css'
import type { Plans } from './plans.ts'
import { SessionItem } from './session-item.tsx'

/** Groups drawn at once; the others follow as the reader comes near. */
const step = 60

export function Programme(props: {
  event: EventRow
  groups: readonly Group[]
  /** Several days are shown: each is named. */
  manyDays: boolean
  now: number
  clock: Clock
  plans: Plans
}): JSX.Element {
  const { t, lang } = useI18n()
  const [shown, setShown] = createSignal(step)
  const at = createMemo(() => nowIndex(props.groups, props.now))
  const visible = createMemo(() => props.groups.slice(0, shown()))
  const opensDay = (index: number): boolean =>
    index === 0 || props.groups[index - 1]?.day !== props.groups[index]?.day
  return (
    <div class={styles.programme}>
      <For each={visible()}>
        {(group, index) => (
          <>
            <Show when={opensDay(index())}>
              <h2 class={props.manyDays ? styles.dayName : 'visually-hidden'}>
                {dayName(group.day, lang())}
              </h2>
            </Show>
            <Show when={at() === index()}>
              <NowLine now={props.now} clock={props.clock} />
            </Show>
            <div class={styles.group}>
              <h3 class={styles.time}>
                <time datetime={new Date(group.start).toISOString()}>{props.clock.time(group.start)}</time>
                <Show when={group.late}>
                  <small>{t('events.next_day')}</small>
                </Show>
                <Show when={props.clock.yours(group.start)}>
                  {(yours) => <small>{t('events.your_time', { time: yours() })}</small>}
                </Show>
              </h3>
              <ul class={styles.sessions}>
                <For each={group.sessions}>
                  {(session) => (
                    <SessionItem
                      session={session}
                      slug={props.event.slug}
                      clock={props.clock}
                      plans={props.plans}
                    />
                  )}
                </For>
              </ul>
            </div>
          </>
        )}
      </For>
      <Show when={at() === props.groups.length && props.groups.length > 0}>
        <NowLine now={props.now} clock={props.clock} />
      </Show>
      <Show when={props.groups.length > shown()}>
        <More onReach={() => setShown(shown() + step)} />
      </Show>
    </div>
  )
}

function NowLine(props: { now: number; clock: Clock }): JSX.Element {
  const { t } = useI18n()
  return (
    <p class={styles.now} id="now">
      <span>{t('events.now_line', { time: props.clock.time(props.now) })}</span>
    </p>
  )
}

function More(props: { onReach: () => void }): JSX.Element {
  const { t } = useI18n()
  let element!: HTMLDivElement
  onMount(() => {
    const observer = new IntersectionObserver(
      (changes) => {
        if (changes.some((change) => change.isIntersecting)) props.onReach()
      },
      { rootMargin: '1200px' },
    )
    observer.observe(element)
    onCleanup(() => observer.disconnect())
  })
  return (
    <div ref={element} class={styles.more}>
      <Button onClick={() => props.onReach()}>{t('events.more')}</Button>
    </div>
  )
}
