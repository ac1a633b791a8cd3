/** For those who run the community: what is wanted and hardly there. Asked of the server each time. */
import { createSignal, For, type JSX, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, Section, Skeleton } from '#client/ui/index.ts'
import type { Gaps } from '#shared/features/recommendations.ts'
import styles from './gaps.module.css'

export function GapsPanel(): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const [gaps, setGaps] = createSignal<Gaps | null>()
  onMount(async () => {
    const answer = await core.queries.ask('recommendations.gaps', {})
    setGaps(answer.ok ? answer.value : null)
  })
  const hint = (): string | undefined => {
    const known = gaps()
    return known ? t('recommendations.gaps_hint', { days: known.days, least: known.leastMembers }) : undefined
  }
  return (
    <Section title={t('recommendations.gaps')} hint={hint()}>
      <Show
        when={gaps()}
        fallback={
          <Show
            when={gaps() === null}
            fallback={<Skeleton label={t('recommendations.gaps_loading')} lines={3} />}
          >
            <Muted>{t('recommendations.gaps_failed')}</Muted>
          </Show>
        }
      >
        {(known) => (
          <Show when={known().gaps.length > 0} fallback={<Muted>{t('recommendations.gaps_none')}</Muted>}>
            <section class={styles.scroll} tabindex="0" aria-label={t('recommendations.gaps')}>
              <table class={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('recommendations.gaps_topic')}</th>
                    <th scope="col">{t('recommendations.gaps_members')}</th>
                    <th scope="col">{t('recommendations.gaps_questions')}</th>
                    <th scope="col">{t('recommendations.gaps_articles')}</th>
                    <th scope="col">{t('recommendations.gaps_courses')}</th>
                    <th scope="col">{t('recommendations.gaps_pressure')}</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={known().gaps}>
                    {(gap) => (
                      <tr>
                        <th scope="row">#{gap.tag}</th>
                        <td>{number(gap.members)}</td>
                        <td>{number(gap.questions)}</td>
                        <td>{number(gap.articles)}</td>
                        <td>{number(gap.courses)}</td>
                        <td>{number(Math.round(gap.pressure * 10) / 10)}</td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </section>
            <Muted>
              {t('recommendations.gaps_average', { average: number(Math.round(known().average * 10) / 10) })}
            </Muted>
          </Show>
        )}
      </Show>
    </Section>
  )
}
