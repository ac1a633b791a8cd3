/** `/admin/portraits`: groups of readers, how large they are and how sure; nobody's name. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { AlertIcon } from '#client/ui/icons.tsx'
import { Banner, Muted, Section, Skeleton, Stack, Stat, Tag, Tags } from '#client/ui/index.ts'
import { type PortraitReportRow, portraitsId } from '#shared/features/recommendations.ts'
import { stableFrom } from '#shared/recommend/portrait.ts'
import { GroupItems } from './group-items.tsx'
import styles from './recommendations.module.css'
import { useShelf } from './shelf.ts'

export function PortraitGroupsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('recommendations.portraits'))
  const row = core.feed.row('portrait_reports', () => portraitsId)
  return (
    <AdminPage title={t('recommendations.portraits')} lead={t('recommendations.portraits_lead')}>
      <Show when={row() !== undefined} fallback={<Skeleton label={t('app.loading')} lines={6} />}>
        <Show
          when={row()}
          fallback={
            <Section
              title={t('recommendations.portraits_none')}
              hint={t('recommendations.portrait_none_few')}
            >
              {undefined}
            </Section>
          }
        >
          {(report) => <Groups report={report().data} />}
        </Show>
      </Show>
    </AdminPage>
  )
}

function Groups(props: { report: PortraitReportRow }): JSX.Element {
  const { t, number, date } = useI18n()
  const shelf = useShelf()
  return (
    <>
      <div class={styles.figures}>
        <Stat
          label={t('recommendations.portraits_members')}
          value={number(props.report.members)}
          note={t('recommendations.portraits_members_note')}
        />
        <Stat label={t('recommendations.portraits_groups')} value={number(props.report.groups.length)} />
        <Stat label={t('recommendations.portraits_stability')} value={props.report.stability.toFixed(2)} />
        <Stat label={t('recommendations.portraits_silhouette')} value={props.report.silhouette.toFixed(2)} />
      </div>
      <Show when={props.report.stability < stableFrom}>
        <Banner inline tone="warn" icon={AlertIcon}>
          {t('recommendations.portraits_loose')}
        </Banner>
      </Show>
      <Stack gap="snug">
        <Muted>{t('recommendations.portraits_stability_text')}</Muted>
        <Muted>{t('recommendations.portraits_silhouette_text')}</Muted>
        <Muted>{t('recommendations.portraits_made', { date: date(props.report.at) })}</Muted>
      </Stack>
      <For each={props.report.groups}>
        {(group, i) => (
          <Section
            title={group.tags.slice(0, 3).join(' · ') || t('recommendations.portraits')}
            hint={t('recommendations.portraits_size', { count: number(props.report.sizes[i()] ?? 0) })}
          >
            <Tags>
              <For each={group.tags}>{(tag) => <Tag>{tag}</Tag>}</For>
            </Tags>
            <GroupItems items={group.items} shelf={shelf()} label={t('recommendations.portrait_they')} />
          </Section>
        )}
      </For>
    </>
  )
}
