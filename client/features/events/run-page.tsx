/** The pages for running an event share a head and tabs; whoever does not run it is told so. */
import { useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { EmptyState, Page, Skeleton, TabLinks } from '#client/ui/index.ts'
import type { EventRow } from '#shared/features/events.ts'
import type { WordKey } from '#shared/words/index.ts'
import { useEvent, useRuns } from './find.ts'

const tabs = [
  { path: 'staff', word: 'events.run_people' },
  { path: 'check-in', word: 'events.run_check_in' },
  { path: 'after', word: 'events.run_after' },
  { path: 'edit', word: 'events.run_edit' },
] as const satisfies { path: string; word: WordKey }[]

export function RunPage(props: {
  tab: (typeof tabs)[number]['path']
  actions?: JSX.Element
  children: (event: () => EventRow) => JSX.Element
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string }>()
  const event = useEvent(() => params.slug)
  const runs = useRuns(() => event()?.id)
  const word = (): WordKey => tabs.find(({ path }) => path === props.tab)!.word
  useTitle(() => t(word()))
  const back = () => ({ href: `/events/${params.slug}`, label: event()?.title ?? t('events.back') })
  return (
    <Page width="text" title={t(word())} back={back()} actions={runs() ? props.actions : undefined}>
      <Show
        when={event()}
        fallback={
          <Show when={event() === null} fallback={<Skeleton label={t('events.loading')} lines={6} />}>
            <EmptyState title={t('events.not_found')}>{t('events.not_found_text')}</EmptyState>
          </Show>
        }
      >
        {(found) => (
          <Show
            when={runs()}
            fallback={
              <Show when={core.feed.ready()} fallback={<Skeleton label={t('events.loading')} lines={6} />}>
                <EmptyState icon={LockIcon} title={t('events.run_not_yours')}>
                  {t('events.refused_not_yours')}
                </EmptyState>
              </Show>
            }
          >
            <TabLinks
              label={t('events.run')}
              links={tabs.map(({ path, word: label }) => ({
                href: `/events/${found().slug}/${path}`,
                label: t(label),
                current: path === props.tab,
              }))}
            />
            {props.children(found)}
          </Show>
        )}
      </Show>
    </Page>
  )
}
