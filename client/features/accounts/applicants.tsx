import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { PersonIcon } from '#client/ui/icons.tsx'
import { Button, Card, createConfirm, EmptyState, Row, Skeleton, Stack } from '#client/ui/index.ts'
import type { ApplicantRow } from '#shared/features/accounts.ts'
import styles from './accounts.module.css'
import { ActState } from './act-state.tsx'

/** `/admin/applicants` */
export function Applicants(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('accounts.applicants'))
  const rows = core.feed.rows('applicants', () => ({ by: 'askedAt' }))
  const refused = createMemo(() =>
    core.commands
      .entries()
      .filter(
        ({ name, state }) => state === 'refused' && /^accounts\.(accept|decline)_applicant$/.test(name),
      ),
  )
  return (
    <AdminPage title={t('accounts.applicants')} lead={t('accounts.applicants_lead')}>
      <For each={refused()}>{(entry) => <ActState entry={entry} />}</For>
      <Show when={rows()} fallback={<Skeleton label={t('app.loading')} />}>
        {(waiting) => (
          <Show
            when={waiting().length > 0}
            fallback={
              <EmptyState icon={PersonIcon} title={t('accounts.applicants_none')}>
                {t('accounts.applicants_none_text')}
              </EmptyState>
            }
          >
            <Stack>
              <For each={waiting()}>{(row) => <Applicant applicant={row.data} />}</For>
            </Stack>
          </Show>
        )}
      </Show>
    </AdminPage>
  )
}

function Applicant(props: { applicant: ApplicantRow }): JSX.Element {
  const core = useCore()
  const { t, relative } = useI18n()
  const confirm = createConfirm()
  async function decline(): Promise<void> {
    const { id, name } = props.applicant
    const sure = await confirm.ask({
      title: t('accounts.applicant_decline_title', { name }),
      text: t('accounts.applicant_decline_text'),
      confirm: t('accounts.applicant_decline'),
      cancel: t('accounts.cancel'),
    })
    if (sure) await core.commands.send('accounts.decline_applicant', { id })
  }
  return (
    <Card
      level={2}
      title={props.applicant.name}
      meta={
        <>
          <span>{props.applicant.email}</span>
          <span>{t('accounts.applicant_asked', { when: relative(props.applicant.askedAt) })}</span>
        </>
      }
    >
      <Show when={props.applicant.why}>
        <p class={styles.bio}>{props.applicant.why}</p>
      </Show>
      <Row gap="snug">
        <Button
          small
          variant="primary"
          onClick={() => void core.commands.send('accounts.accept_applicant', { id: props.applicant.id })}
        >
          {t('accounts.applicant_accept')}
        </Button>
        <Button small variant="quiet" onClick={() => void decline()}>
          {t('accounts.applicant_decline')}
        </Button>
      </Row>
      <confirm.View />
    </Card>
  )
}
