import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { StateWord, Tag, Tags, type WorkState } from '#client/ui/index.ts'
import type { Interests } from './interests.ts'
import styles from './recommendations.module.css'
import type { Shelf } from './shelf.ts'
import { topicsOf } from './topics.ts'

/** Toggles for what a member wants to see more of. Their order holds still while they are pressed. */
export function Topics(props: {
  shelf: Shelf
  interests: Interests
  most: number
  onChoose?: () => void
}): JSX.Element {
  const { t } = useI18n()
  const topics = createMemo(() => topicsOf(props.shelf, props.interests.tags() ?? new Map(), props.most))
  const chosen = (tag: string): boolean => props.interests.tags()?.get(tag) === 1
  return (
    <fieldset class={styles.topics}>
      <legend class="visually-hidden">{t('recommendations.topics')}</legend>
      <Tags>
        <For each={topics()}>
          {(tag) => (
            <Tag
              pressed={chosen(tag)}
              onToggle={(on) => {
                props.interests.judge(tag, on ? 1 : 0)
                props.onChoose?.()
              }}
            >
              {tag}
            </Tag>
          )}
        </For>
      </Tags>
      <InterestsState interests={props.interests} />
    </fieldset>
  )
}

const words = {
  storing: 'core.state_storing',
  device: 'core.state_device',
  sent: 'core.state_sent',
  saved: 'core.state_saved',
  refused: 'core.state_refused',
} as const

/** Where one's decisions have got to; nothing while they are being read, or where they are meant to stay. */
export function InterestsState(props: { interests: Interests }): JSX.Element {
  const { t } = useI18n()
  const state = (): Exclude<WorkState, 'held'> | undefined => {
    const own = props.interests.state()
    return own === 'loading' ? undefined : own
  }
  return (
    <Show when={state()} fallback={<span />}>
      {(known) => <StateWord state={known()} word={t(words[known()])} />}
    </Show>
  )
}
