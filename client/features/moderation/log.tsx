/** `/admin/moderation/log`: every decision, newest first. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { ListIcon } from '#client/ui/icons.tsx'
import { Banner, Button, EmptyState, List, Row, Skeleton, Time } from '#client/ui/index.ts'
import type { LogRow } from '#shared/features/moderation.ts'
import styles from './moderation.module.css'
import { ModerationTabs } from './tabs.tsx'

const atOnce = 50

export function LogPage(): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  useTitle(() => t('moderation.log'))
  const [shown, setShown] = createSignal(atOnce)
  const [verified, setVerified] = createSignal<{ tone: 'info' | 'danger'; text: string }>()
  const entries = core.feed.rows('moderation_log', () => ({ by: 'number', reverse: true }))
  const verify = async (): Promise<void> => {
    const asked = await core.queries.ask('moderation.verify_log', {})
    if (!asked.ok) setVerified({ tone: 'danger', text: refusal(asked.error) })
    else if (asked.value.broken === null)
      setVerified({ tone: 'info', text: t('moderation.log_whole', { count: asked.value.entries }) })
    else setVerified({ tone: 'danger', text: t('moderation.log_broken', { number: asked.value.broken }) })
  }
  return (
    <AdminPage title={t('moderation.log')} lead={t('moderation.log_lead')}>
      <ModerationTabs current="log" />
      <Row>
        <Button small onClick={() => void verify()}>
          {t('moderation.log_verify')}
        </Button>
      </Row>
      <Show when={verified()}>
        {(found) => (
          <Banner inline tone={found().tone}>
            {found().text}
          </Banner>
        )}
      </Show>
      <Show when={entries()} fallback={<Skeleton label={t('moderation.loading')} />}>
        {(all) => (
          <Show
            when={all().length > 0}
            fallback={
              <EmptyState icon={ListIcon} title={t('moderation.log_none')}>
                {t('moderation.log_none_text')}
              </EmptyState>
            }
          >
            <List label={t('moderation.log')}>
              <For each={all().slice(0, shown())}>{(entry) => <Entry entry={entry.data} />}</For>
            </List>
            <Show when={all().length > shown()}>
              <Row>
                <Button variant="soft" onClick={() => setShown(shown() + atOnce)}>
                  {t('moderation.dry_more', { count: all().length - shown() })}
                </Button>
              </Row>
            </Show>
          </Show>
        )}
      </Show>
    </AdminPage>
  )
}

export function Entry(props: { entry: LogRow }): JSX.Element {
  const core = useCore()
  const { t, lang, date } = useI18n()
  const by = core.feed.row('members', () => props.entry.byId ?? undefined)
  const about = core.feed.row('members', () => props.entry.memberId ?? undefined)
  const byName = (): string =>
    props.entry.byId === null ? t('moderation.log_by_rules') : (by()?.data.name ?? t('moderation.somebody'))
  return (
    <li class={styles.entry}>
      <span>
        <strong>{byName()}</strong> · {t(`moderation.log_${props.entry.act}`)}
        <Show when={props.entry.memberId !== props.entry.byId && about()}>
          {(member) => ` · ${member().data.name}`}
        </Show>
      </span>
      <span class={styles.quiet}>
        <Time at={props.entry.at} locale={lang()} />
        {props.entry.reason ? ` · ${t(`moderation.reason_${props.entry.reason}`)}` : ''}
        {props.entry.until === null ? '' : ` · ${t('moderation.until', { until: date(props.entry.until) })}`}
      </span>
      <Show when={props.entry.note}>
        <span class={styles.quiet}>{props.entry.note}</span>
      </Show>
    </li>
  )
}
