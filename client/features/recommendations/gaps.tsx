/** For those who run the community: what is wanted and hardly there. Asked of the server each time. */
import { createSignal, type JSX, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, Section, Skeleton, Table } from '#client/ui/index.ts'
import type { Gaps } from '#shared/features/recommendations.ts'

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
            <Table
              label={t('recommendations.gaps')}
              rows={known().gaps}
              columns={[
                { head: t('recommendations.gaps_topic'), cell: (gap) => `#${gap.tag}` },
                { head: t('recommendations.gaps_members'), cell: (gap) => number(gap.members) },
                { head: t('recommendations.gaps_questions'), cell: (gap) => number(gap.questions) },
                { head: t('recommendations.gaps_articles'), cell: (gap) => number(gap.articles) },
                { head: t('recommendations.gaps_courses'), cell: (gap) => number(gap.courses) },
                {
                  head: t('recommendations.gaps_pressure'),
                  cell: (gap) => number(Math.round(gap.pressure * 10) / 10),
                },
              ]}
            />
            <Muted>
              {t('recommendations.gaps_average', { average: number(Math.round(known().average * 10) / 10) })}
            </Muted>
          </Show>
        )}
      </Show>
    </Section>
  )
}
