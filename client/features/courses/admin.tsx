/** All courses, for whoever runs the community: what is required of whom, and the way to each report. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { LearnIcon } from '#client/ui/icons.tsx'
import { Above, Badge, EmptyState, LinkButton, List, ListRow, Skeleton } from '#client/ui/index.ts'
import { coursePath } from '#shared/features/courses.ts'

export function AdminCourses(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('courses.admin_title'))
  const rows = core.feed.rows('courses', () => ({ by: 'publishedAt', reverse: true }))
  const assignments = core.feed.rows('assignments')
  const required = createMemo(() => new Set((assignments() ?? []).map(({ data }) => data.courseId)))
  return (
    <AdminPage title={t('courses.admin_title')} lead={t('courses.admin_lead')}>
      <Show when={rows()} fallback={<Skeleton label={t('courses.loading')} lines={5} />}>
        {(found) => (
          <Show
            when={found().length > 0}
            fallback={
              <EmptyState icon={LearnIcon} title={t('courses.none')}>
                {t('courses.none_text')}
              </EmptyState>
            }
          >
            <List label={t('courses.admin_title')}>
              <For each={found()}>
                {(row) => (
                  <ListRow
                    start={<LearnIcon />}
                    title={<span lang={row.data.lang}>{row.data.title}</span>}
                    href={row.data.published ? `${coursePath(row.data)}/report` : coursePath(row.data)}
                    meta={
                      <>
                        <Show when={row.data.published} fallback={<Badge>{t('courses.draft')}</Badge>}>
                          <span>{t('courses.lessons', { count: row.data.lessons })}</span>
                        </Show>
                        <Show when={required().has(row.id)}>
                          <Badge tone="info">{t('courses.required')}</Badge>
                        </Show>
                        <Show when={row.data.authorName}>
                          <span>{row.data.authorName}</span>
                        </Show>
                      </>
                    }
                    end={
                      <Above>
                        <LinkButton small href={`${coursePath(row.data)}/edit`}>
                          {t('courses.edit')}
                        </LinkButton>
                      </Above>
                    }
                  />
                )}
              </For>
            </List>
          </Show>
        )}
      </Show>
    </AdminPage>
  )
}
