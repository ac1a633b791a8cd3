import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { MoreIcon } from '#client/ui/icons.tsx'
import {
  Avatar,
  Badge,
  Button,
  createConfirm,
  List,
  ListRow,
  Menu,
  Muted,
  Row,
  Section,
  Skeleton,
} from '#client/ui/index.ts'
import type { GroupMemberRow, GroupRow } from '#shared/features/groups.ts'

const shown = 200

/** Leads first, then as they came. */
export function Members(props: {
  group: GroupRow
  leads: boolean
  runs: boolean
  /** Whether the viewer may know who is in it. */
  sees: boolean
  onAdd(): void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('group_members', () => ({ by: 'groupId', equals: props.group.id }))
  const sorted = createMemo(() =>
    (rows() ?? [])
      .map((row) => row.data)
      .sort((a, b) => Number(b.lead) - Number(a.lead) || a.joinedAt - b.joinedAt),
  )
  return (
    <Section
      title={t('groups.members')}
      hint={t('groups.count', { count: props.sees ? sorted().length : props.group.members })}
      action={
        <Show when={props.leads}>
          <Button small onClick={() => props.onAdd()}>
            {t('groups.add')}
          </Button>
        </Show>
      }
    >
      <Show when={props.sees} fallback={<Muted>{t('groups.members_hidden')}</Muted>}>
        <Show when={rows()} fallback={<Skeleton label={t('app.loading')} />}>
          <Show when={sorted().length > 0}>
            <List label={t('groups.members')}>
              <For each={sorted().slice(0, shown)}>
                {(member) => (
                  <Line member={member} group={props.group} leads={props.leads} runs={props.runs} />
                )}
              </For>
            </List>
          </Show>
        </Show>
      </Show>
    </Section>
  )
}

function Line(props: {
  member: GroupMemberRow
  group: GroupRow
  leads: boolean
  runs: boolean
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const row = core.feed.row('members', () => props.member.memberId)
  const name = (): string => row()?.data.name ?? '…'
  const ids = (): { groupId: string; memberId: string } => ({
    groupId: props.member.groupId,
    memberId: props.member.memberId,
  })

  async function remove(): Promise<void> {
    const sure = await confirm.ask({
      title: t('groups.remove_title', { member: name(), name: props.group.name }),
      text: t('groups.remove_text'),
      confirm: t('groups.remove'),
      cancel: t('groups.cancel'),
    })
    if (sure) await core.commands.send('groups.remove', ids())
  }
  const setLead = (): void =>
    void core.commands.send('groups.set_lead', { ...ids(), lead: !props.member.lead })

  return (
    <ListRow
      start={<Avatar name={name()} id={props.member.memberId} size="small" />}
      {...(row() ? { href: `/members/${row()!.data.handle}` } : {})}
      title={name()}
      end={
        <>
          <Row gap="snug">
            <Show when={props.member.lead}>
              <Badge tone="accent">{t('groups.lead_badge')}</Badge>
            </Show>
            <Show when={props.leads}>
              <Menu
                small
                label={t('groups.actions_for', { name: name() })}
                icon={MoreIcon}
                items={[
                  ...(props.runs
                    ? [
                        {
                          label: t(props.member.lead ? 'groups.end_lead' : 'groups.make_lead'),
                          onSelect: setLead,
                        },
                      ]
                    : []),
                  { label: t('groups.remove'), danger: true, onSelect: () => void remove() },
                ]}
              />
            </Show>
          </Row>
          <confirm.View />
        </>
      }
    />
  )
}
