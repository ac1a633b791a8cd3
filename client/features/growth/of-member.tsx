/** A member's level and badges, on their page. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Section } from '#client/ui/index.ts'
import { BadgeCard } from './badge.tsx'
import styles from './growth.module.css'
import { LevelBar } from './level.tsx'

export function OfMember(props: { memberId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const standing = core.feed.row('standings', () => props.memberId)
  return (
    <Show when={standing()}>
      {(found) => (
        <Show when={found().data.points > 0 || found().data.badges.length > 0}>
          <Section title={t('growth.of_member')}>
            <LevelBar standing={found().data} />
            <Show when={found().data.badges.length > 0}>
              <ul class={styles.badges} aria-label={t('growth.badges')}>
                <For each={found().data.badges}>{(id) => <BadgeCard id={id} held />}</For>
              </ul>
            </Show>
          </Section>
        </Show>
      )}
    </Show>
  )
}
