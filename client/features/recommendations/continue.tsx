import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { BookIcon, LockIcon } from '#client/ui/icons.tsx'
import { List, ListRow, Section, Time } from '#client/ui/index.ts'
import type { ReadingPosition } from './history.ts'
import { begunOf, useReadingPositions } from './reading.ts'
import styles from './recommendations.module.css'
import type { Shelf } from './shelf.ts'

/** Nothing at all when nothing was begun. */
export function ContinueReading(props: { shelf: Shelf }): JSX.Element {
  const { t, lang } = useI18n()
  const positions = useReadingPositions()
  const begun = createMemo(() => begunOf(props.shelf, positions() ?? new Map()))
  const percent = (position: ReadingPosition): number => Math.round(100 * position.fraction)
  return (
    <Show when={begun().length > 0}>
      <Section title={t('recommendations.continue')}>
        <List label={t('recommendations.continue')}>
          <For each={begun()}>
            {({ item, position }) => (
              <ListRow
                title={item.title}
                href={item.href}
                start={<BookIcon />}
                meta={
                  <>
                    <Show when={item.locked}>
                      <span class={styles.mark}>
                        <LockIcon />
                        {t('core.locked')}
                      </span>
                    </Show>
                    <progress
                      class={styles.progress}
                      value={percent(position)}
                      max={100}
                      aria-hidden="true"
                    />
                    <span>{t('recommendations.read_so_far', { percent: percent(position) })}</span>
                    <Time at={position.at} locale={lang()} />
                  </>
                }
              />
            )}
          </For>
        </List>
      </Section>
    </Show>
  )
}
