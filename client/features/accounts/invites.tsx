import { createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { MailIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  EmptyState,
  Form,
  FormActions,
  List,
  ListRow,
  Row,
  Section,
  Select,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import { type Role, roles } from '#shared/core/viewer.ts'
import { accounts, canInvite, type InviteRow } from '#shared/features/accounts.ts'
import styles from './accounts.module.css'
import { ActState } from './act-state.tsx'
import { createForm, Problem } from './form.tsx'
import { inviteLink } from './links.ts'

const periods = [1, 7, 30, 90, 365]

/** `/admin/invites` */
export function Invites(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('accounts.admin_invites'))
  const invites = core.feed.rows('invites', () => ({ by: 'createdAt', reverse: true }))
  return (
    <AdminPage title={t('accounts.admin_invites')} lead={t('accounts.invites_lead')}>
      <NewInvite />
      <Show when={invites()} fallback={<Skeleton label={t('app.loading')} />}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState icon={MailIcon} title={t('accounts.invites_none')}>
                {t('accounts.invites_none_text')}
              </EmptyState>
            }
          >
            <List label={t('accounts.admin_invites')}>
              <For each={list()}>{(invite) => <Invite invite={invite} />}</For>
            </List>
          </Show>
        )}
      </Show>
    </AdminPage>
  )
}

function NewInvite(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [role, setRole] = createSignal<Role>('member')
  const [days, setDays] = createSignal(30)
  let element: HTMLFormElement | undefined
  const form = createForm({
    schema: accounts.commands.invite.input,
    also: () => ({ id: core.newId() }),
    read: { uses: Number, days: Number },
    async send(input) {
      await core.commands.send('accounts.invite', input)
      return { ok: true, value: undefined }
    },
    done() {
      const note = element?.elements.namedItem('note')
      if (note instanceof HTMLInputElement) note.value = ''
    },
  })
  const mayGive = (): Role[] => roles.filter((given) => canInvite(core.session.viewer(), given)).reverse()
  return (
    <Section title={t('accounts.invite_new')}>
      <Form
        novalidate
        onSubmit={(submitted) => {
          element = submitted
          void form.submit(submitted)
        }}
      >
        <Problem form={form} />
        <TextInput
          label={t('accounts.invite_note')}
          name="note"
          autocomplete="off"
          optional={t('accounts.optional')}
          hint={t('accounts.invite_note_hint')}
          error={form.error('note')}
        />
        <div class={styles.pair}>
          <Select
            label={t('accounts.invite_role')}
            name="role"
            options={mayGive().map((given) => ({ value: given, label: t(`accounts.role_${given}`) }))}
            value={role()}
            onChange={(given) => setRole(given as Role)}
          />
          <TextInput
            label={t('accounts.invite_uses')}
            name="uses"
            type="number"
            inputmode="numeric"
            min="1"
            max="1000"
            value="1"
            required
            error={form.error('uses')}
          />
          <Select
            label={t('accounts.invite_days')}
            name="days"
            options={periods.map((count) => ({
              value: String(count),
              label: t('accounts.invite_days_value', { count }),
            }))}
            value={String(days())}
            onChange={(value) => setDays(Number(value))}
          />
        </div>
        <FormActions>
          <Button type="submit" variant="primary" busy={form.busy()}>
            {t('accounts.invite_create')}
          </Button>
        </FormActions>
      </Form>
    </Section>
  )
}

function Invite(props: { invite: Stored<InviteRow> }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const confirm = createConfirm()
  const [copied, setCopied] = createSignal(false)
  const row = (): InviteRow => props.invite.data
  const act = (): OutboxEntry | undefined =>
    core.commands
      .entries()
      .find((entry) => entry.name.startsWith('accounts.') && entry.input.id === props.invite.id)
  const expired = (): boolean => row().expiresAt <= Date.now() + core.session.clockOffset()
  const open = (): boolean => row().uses > 0 && !expired()

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(inviteLink(location.origin, row().token))
    setCopied(true)
  }

  async function revoke(): Promise<void> {
    const sure = await confirm.ask({
      title: t('accounts.invite_revoke'),
      text: t('accounts.invite_revoke_text'),
      confirm: t('accounts.invite_revoke'),
      cancel: t('accounts.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('accounts.revoke_invite', { id: props.invite.id })
  }

  return (
    <ListRow
      title={row().note || t(`accounts.role_${row().role}`)}
      detail={
        <Show when={open() && row().token} fallback={row().token ? undefined : t('accounts.invite_pending')}>
          <code>{inviteLink(location.origin, row().token)}</code>
        </Show>
      }
      meta={
        <>
          <Show when={row().note}>
            <Badge tone={row().role === 'member' ? 'neutral' : 'accent'}>
              {t(`accounts.role_${row().role}`)}
            </Badge>
          </Show>
          <span>
            {row().uses > 0
              ? t('accounts.invite_left', { count: row().uses })
              : t('accounts.invite_none_left')}
          </span>
          <span>
            {expired()
              ? t('accounts.invite_is_expired')
              : t('accounts.invite_until', { when: date(row().expiresAt, 'day') })}
          </span>
          <Show when={act()}>{(entry) => <ActState entry={entry()} />}</Show>
        </>
      }
      end={
        <Row gap="snug">
          <Show when={open() && row().token}>
            <Button small variant="soft" onClick={() => void copy()}>
              <span aria-live="polite">{copied() ? t('accounts.copied') : t('accounts.invite_copy')}</span>
            </Button>
          </Show>
          <Show when={row().token}>
            <Button small variant="quiet" onClick={() => void revoke()}>
              {t('accounts.invite_revoke')}
            </Button>
          </Show>
          <confirm.View />
        </Row>
      }
    />
  )
}
