import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { SearchIcon } from '#client/ui/icons.tsx'
import {
  Avatar,
  Badge,
  Button,
  createConfirm,
  List,
  ListRow,
  Muted,
  Select,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import { type Role, roles } from '#shared/core/viewer.ts'
import { canSetRole, type MemberRow } from '#shared/features/accounts.ts'
import styles from './accounts.module.css'
import { ActState } from './act-state.tsx'
import { findMembers } from './find-members.ts'

const shown = 100

/** `/admin/members` */
export function Members(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [asked, setAsked] = createSignal('')
  useTitle(() => t('accounts.admin_members'))
  const rows = core.feed.rows('members')
  const found = createMemo(() =>
    findMembers(
      (rows() ?? []).map((row) => row.data),
      asked(),
    ),
  )
  return (
    <AdminPage title={t('accounts.admin_members')} lead={t('accounts.members_lead')}>
      <Show when={rows()} fallback={<Skeleton label={t('app.loading')} />}>
        <Stack>
          <TextInput
            label={t('accounts.members_search')}
            type="search"
            icon={SearchIcon}
            autocomplete="off"
            value={asked()}
            onInput={(event) => setAsked(event.currentTarget.value)}
          />
          <span role="status">
            <Muted>
              {found().length > 0
                ? t('accounts.members_count', { count: found().length })
                : t('accounts.members_none')}
            </Muted>
          </span>
          <Show when={found().length > 0}>
            <List label={t('accounts.admin_members')}>
              <For each={found().slice(0, shown)}>{(member) => <MemberLine member={member} />}</For>
            </List>
          </Show>
          <Show when={found().length > shown}>
            <Muted>{t('accounts.members_more', { count: found().length - shown })}</Muted>
          </Show>
        </Stack>
      </Show>
    </AdminPage>
  )
}

function MemberLine(props: { member: MemberRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const confirm = createConfirm()
  const act = (): OutboxEntry | undefined => {
    const memberId = props.member.id
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'accounts.set_role' && entry.input.memberId === memberId)
  }

  /** While the question is open: what the select shows. Cancelled, it must not keep showing it. */
  const [chosen, setChosen] = createSignal<Role>()

  async function change(role: Role): Promise<void> {
    setChosen(role)
    const sure = await confirm.ask({
      title: t('accounts.role_change', { name: props.member.name, role: t(`accounts.role_${role}`) }),
      text: t('accounts.role_change_text'),
      confirm: t('accounts.role_change_confirm'),
      cancel: t('accounts.cancel'),
    })
    if (sure) await core.commands.send('accounts.set_role', { memberId: props.member.id, role })
    setChosen(undefined)
  }

  return (
    <ListRow
      start={<Avatar name={props.member.name} id={props.member.id} size="small" />}
      href={`/members/${props.member.handle}`}
      title={props.member.name}
      meta={
        <>
          <span>@{props.member.handle}</span>
          <span>{t('accounts.member_joined', { when: date(props.member.joinedAt, 'day') })}</span>
          <Show when={act()}>
            {(entry) => (
              <>
                <ActState entry={entry()} />
                <Show when={entry().state === 'refused'}>
                  <Button small variant="quiet" onClick={() => void core.commands.discard(entry().id)}>
                    {t('accounts.waiting_discard')}
                  </Button>
                </Show>
              </>
            )}
          </Show>
        </>
      }
      end={
        <Show
          when={canSetRole(core.session.viewer(), props.member.id)}
          fallback={<Badge>{t(`accounts.role_${props.member.role}`)}</Badge>}
        >
          <div class={styles.roleSelect}>
            <Select
              label={t('accounts.role_of', { name: props.member.name })}
              hideLabel
              quiet
              options={roles.map((role) => ({ value: role, label: t(`accounts.role_${role}`) }))}
              value={chosen() ?? props.member.role}
              onChange={(role) => void change(role as Role)}
            />
          </div>
          <confirm.View />
        </Show>
      }
    />
  )
}
