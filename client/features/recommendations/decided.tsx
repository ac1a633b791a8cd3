/** All that a member said about their recommendations, each with its way back. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { CloseIcon } from '#client/ui/icons.tsx'
import { Button, Muted, Row, Stack } from '#client/ui/index.ts'
import type { WordKey } from '#shared/words/index.ts'
import type { Interests, Opinion } from './interests.ts'
import styles from './recommendations.module.css'
import type { Shelf } from './shelf.ts'
import { InterestsState } from './topic-toggles.tsx'

export function Decided(props: { shelf: Shelf | undefined; interests: Interests }): JSX.Element {
  const { t } = useI18n()
  const unwanted = createMemo(() =>
    [...(props.interests.tags() ?? [])].flatMap(([tag, opinion]) => (opinion === -1 ? [tag] : [])).sort(),
  )
  const hidden = createMemo(() => latest([...(props.interests.hidden() ?? [])]))
  const wished = (opinion: Opinion): string[] =>
    latest(
      [...(props.interests.wishes() ?? [])].flatMap(([id, wish]): [string, number][] =>
        wish.opinion === opinion ? [[id, wish.at]] : [],
      ),
    )
  const more = createMemo(() => wished(1))
  const less = createMemo(() => wished(-1))
  const isEmpty = (): boolean => [unwanted(), hidden(), more(), less()].every((all) => all.length === 0)
  return (
    <Stack gap="snug">
      <h3 class={styles.heading}>{t('recommendations.decided')}</h3>
      <Show when={!isEmpty()} fallback={<Muted>{t('recommendations.decided_none')}</Muted>}>
        <Show when={unwanted().length > 0}>
          <Muted>{t('recommendations.decided_unwanted')}</Muted>
          <Row gap="snug">
            <For each={unwanted()}>
              {(tag) => (
                <Button
                  small
                  variant="soft"
                  aria-label={t('recommendations.topic_back', { tag })}
                  onClick={() => props.interests.judge(tag, 0)}
                >
                  {tag}
                  <CloseIcon />
                </Button>
              )}
            </For>
          </Row>
        </Show>
        <Items
          {...props}
          ids={hidden()}
          word="recommendations.decided_hidden"
          back={['recommendations.again', 'recommendations.show_again']}
          onBack={(id) => props.interests.hide(id, false)}
        />
        <Items
          {...props}
          ids={less()}
          word="recommendations.decided_less"
          back={['recommendations.back', 'recommendations.take_back']}
          onBack={(id) => props.interests.wish(id, 0)}
        />
        <Items
          {...props}
          ids={more()}
          word="recommendations.decided_more"
          back={['recommendations.back', 'recommendations.take_back']}
          onBack={(id) => props.interests.wish(id, 0)}
        />
      </Show>
      <InterestsState interests={props.interests} />
    </Stack>
  )
}

function Items(props: {
  shelf: Shelf | undefined
  ids: readonly string[]
  word: WordKey
  /** Of each one's button: what it says, and what it is called. */
  back: readonly [
    'recommendations.again' | 'recommendations.back',
    'recommendations.show_again' | 'recommendations.take_back',
  ]
  onBack: (id: string) => void
}): JSX.Element {
  const { t } = useI18n()
  const titleOf = (id: string): string => props.shelf?.get(id)?.title ?? t('recommendations.decided_gone')
  return (
    <Show when={props.ids.length > 0}>
      <Muted>{t(props.word)}</Muted>
      <ul class={styles.given} aria-label={t(props.word)}>
        <For each={props.ids}>
          {(id) => (
            <li>
              <span>{titleOf(id)}</span>
              <Button
                small
                aria-label={t(props.back[1], { title: titleOf(id) })}
                onClick={() => props.onBack(id)}
              >
                {t(props.back[0])}
              </Button>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

function latest(entries: [string, number][]): string[] {
  return entries.sort(([, a], [, b]) => b - a).map(([id]) => id)
}
