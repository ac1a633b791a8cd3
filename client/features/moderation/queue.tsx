/** `/admin/moderation`: what waits for a decision, oldest first. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { needsDecision, Undecided } from '#client/parts/act.tsx'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import { Badge, Button, Card, EmptyState, LinkButton, Row, Skeleton, Stack, Time } from '#client/ui/index.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { claimHolds, type ReviewItemRow } from '#shared/features/moderation.ts'
import { type Asked, DecideDialog } from './decide.tsx'
import styles from './moderation.module.css'
import { ModerationTabs } from './tabs.tsx'

export function QueuePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('moderation.admin'))
  const items = core.feed.rows('review_items', () => ({ by: 'createdAt' }))
  const refused = createMemo(() =>
    core.commands
      .entries()
      .filter((entry) => /^moderation\.(decide|claim)$/.test(entry.name) && needsDecision(entry)),
  )
  const [asked, setAsked] = createSignal<Asked>()
  return (
    <AdminPage title={t('moderation.admin')} lead={t('moderation.admin_lead')}>
      <ModerationTabs current="queue" />
      <For each={refused()}>{(entry) => <Undecided entry={entry} />}</For>
      <Show when={items()} fallback={<Skeleton label={t('moderation.loading')} />}>
        {(all) => (
          <Show
            when={all().length > 0}
            fallback={
              <EmptyState icon={CheckCircleIcon} title={t('moderation.queue_none')}>
                {t('moderation.queue_none_text')}
              </EmptyState>
            }
          >
            <Stack>
              <For each={all()}>{(item) => <ReviewItem item={item} onAsk={setAsked} />}</For>
            </Stack>
          </Show>
        )}
      </Show>
      <DecideDialog asked={asked()} onClose={() => setAsked(undefined)} />
    </AdminPage>
  )
}

function ReviewItem(props: { item: Stored<ReviewItemRow>; onAsk: (asked: Asked) => void }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const row = (): ReviewItemRow => props.item.data
  const me = (): string | null => core.session.viewer().id
  const now = (): number => Date.now() + core.session.clockOffset()
  const isClaimed = (): boolean => claimHolds(row(), now())
  const others = (): boolean => isClaimed() && row().claimedBy !== me()
  const ask = (act: Asked['act']): void => props.onAsk({ act, item: row() })
  const decide = (act: CommandInput<'moderation.decide'>['act']): void => {
    const { id: itemId, version } = row()
    const said = { itemId, version, act, decisionId: core.newId(), reason: 'other', note: '' } as const
    void core.commands.send('moderation.decide', said)
  }
  return (
    <Card
      level={2}
      title={row().title || row().authorName || t(`moderation.kind_${row().kind}`)}
      meta={
        <span class={styles.line}>
          <Badge tone={row().kind === 'appeal' ? 'info' : 'warn'}>{t(`moderation.kind_${row().kind}`)}</Badge>
          <Show when={row().hidden && row().kind === 'reported'}>
            <Badge>{t('moderation.hidden_now')}</Badge>
          </Show>
          <span>{row().authorName}</span>
          <Time at={row().createdAt} locale={lang()} />
          <Show when={isClaimed()}>
            <Badge tone="accent">
              {others() ? t('moderation.claimed', { name: row().claimedName }) : t('moderation.claimed_you')}
            </Badge>
          </Show>
        </span>
      }
    >
      <div class={styles.item} data-item={row().id}>
        <Show when={row().rule}>
          <p class={styles.quiet}>{t('moderation.by_rule', { name: row().rule })}</p>
        </Show>
        <Show when={row().text} fallback={<p class={styles.quiet}>{t('moderation.no_text')}</p>}>
          <blockquote class={styles.text}>{row().text}</blockquote>
        </Show>
        <Show when={row().reports.length > 0}>
          <ul class={styles.said} aria-label={t('moderation.reports_count', { count: row().reports.length })}>
            <For each={row().reports}>
              {(report) => (
                <li>
                  <strong>{report.name}</strong>: {t(`moderation.reason_${report.reason}`)}
                  <Show when={report.note}>
                    {' '}
                    – <span>{report.note}</span>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Show when={row().decision}>
          {(decision) => (
            <div class={styles.item}>
              <p>
                {t(`moderation.act_${decision().act}`)} ·{' '}
                {t('moderation.why', {
                  reason: t(`moderation.reason_${decision().reason}`),
                  note: decision().note,
                })}
              </p>
              <p>
                <strong>{t('moderation.appeal_says')}:</strong> {decision().appeal}
              </p>
            </div>
          )}
        </Show>
        <Row gap="snug">
          <Show when={row().kind === 'held'}>
            <Button small variant="primary" disabled={others()} onClick={() => decide('approve')}>
              {t('moderation.approve')}
            </Button>
            <Button small disabled={others()} onClick={() => ask('approve')}>
              {t('moderation.edit_approve')}
            </Button>
            <Button small disabled={others()} onClick={() => ask('reject')}>
              {t('moderation.reject')}
            </Button>
          </Show>
          <Show when={row().kind === 'reported'}>
            <Button small disabled={others()} onClick={() => decide('keep')}>
              {t('moderation.keep')}
            </Button>
            <Show when={!row().target.startsWith('member:')}>
              <Button small disabled={others()} onClick={() => ask('hide')}>
                {t('moderation.hide')}
              </Button>
              <Button small disabled={others()} onClick={() => ask('delete')}>
                {t('moderation.delete')}
              </Button>
            </Show>
            <Show when={row().authorId !== null}>
              <Button small disabled={others()} onClick={() => ask('penalise')}>
                {t('moderation.penalise')}
              </Button>
            </Show>
            <Button small variant="quiet" disabled={others()} onClick={() => decide('ignore')}>
              {t('moderation.ignore')}
            </Button>
          </Show>
          <Show when={row().kind === 'appeal'}>
            <Button small disabled={others()} onClick={() => ask('uphold')}>
              {t('moderation.uphold')}
            </Button>
            <Button small disabled={others()} onClick={() => ask('overturn')}>
              {t('moderation.overturn')}
            </Button>
          </Show>
        </Row>
        <div class={styles.aside}>
          <Show when={row().path && !(row().hidden && row().target.startsWith('thread:'))}>
            <LinkButton small variant="quiet" href={row().path}>
              {t('moderation.open')}
            </LinkButton>
          </Show>
          <Button
            small
            variant="quiet"
            disabled={others()}
            onClick={() =>
              void core.commands.send('moderation.claim', { itemId: row().id, on: !isClaimed() })
            }
          >
            {t(isClaimed() && !others() ? 'moderation.unclaim' : 'moderation.claim')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
