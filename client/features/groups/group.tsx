import { useNavigate, useParams } from '@solidjs/router'
import { createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { GroupIcon, MoreIcon } from '#client/ui/icons.tsx'
import { Button, createConfirm, Dialog, EmptyState, Menu, Page, Row, Skeleton } from '#client/ui/index.ts'
import { canLead, canRunGroups, type GroupRow, groupMemberId } from '#shared/features/groups.ts'
import { useAct } from './acts.ts'
import { AddMembers } from './add.tsx'
import { type Described, GroupForm } from './form.tsx'
import { Members } from './members.tsx'

/** `/groups/<id>` */
export function GroupPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams()
  const row = core.feed.row('groups', () => params.id)
  useTitle(() => row()?.data.name ?? t('groups.title'))
  return (
    <Switch>
      <Match when={row()?.data}>{(group) => <Group group={group()} />}</Match>
      <Match when={row() === undefined || !core.feed.ready()}>
        <Page width="text">
          <Skeleton label={t('app.loading')} />
        </Page>
      </Match>
      <Match when={true}>
        <Page title={t('groups.unknown')} width="text" back={{ href: '/groups', label: t('groups.title') }}>
          <EmptyState icon={GroupIcon} title={t('groups.unknown_text')} />
        </Page>
      </Match>
    </Switch>
  )
}

function Group(props: { group: GroupRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const [editing, setEditing] = createSignal(false)
  const [adding, setAdding] = createSignal(false)
  const viewer = core.session.viewer
  const own = core.feed.row('group_members', () => groupMemberId(props.group.id, viewer().id ?? ''))
  const act = useAct(() => props.group.id)
  const leads = createMemo(() => canLead(viewer(), own()?.data))
  const runs = (): boolean => canRunGroups(viewer())

  async function leave(): Promise<void> {
    const { id: groupId, name } = props.group
    const sure = await confirm.ask({
      title: t('groups.leave_title', { name }),
      text: t('groups.leave_text'),
      confirm: t('groups.leave'),
      cancel: t('groups.cancel'),
    })
    if (sure) await core.commands.send('groups.leave', { groupId })
  }
  async function remove(): Promise<void> {
    const { id, name } = props.group
    const sure = await confirm.ask({
      title: t('groups.delete_title', { name }),
      text: t('groups.delete_text'),
      confirm: t('groups.delete'),
      cancel: t('groups.cancel'),
    })
    if (!sure) return
    await core.commands.send('groups.delete', { id })
    navigate('/groups')
  }
  async function save(described: Described): Promise<void> {
    await core.commands.send('groups.describe', { id: props.group.id, ...described })
    setEditing(false)
  }

  return (
    <Page
      title={props.group.name}
      lead={props.group.description || undefined}
      width="text"
      back={{ href: '/groups', label: t('groups.title') }}
      actions={
        <Row gap="snug">
          <ActWord entry={act()} />
          <Show when={own()?.data}>
            <Button onClick={() => void leave()}>{t('groups.leave')}</Button>
          </Show>
          <Show when={!own()?.data && props.group.joining === 'open'}>
            <Button
              variant="primary"
              onClick={() => void core.commands.send('groups.join', { groupId: props.group.id })}
            >
              {t('groups.join')}
            </Button>
          </Show>
          <Show when={leads()}>
            <Menu
              label={t('groups.actions_for', { name: props.group.name })}
              icon={MoreIcon}
              items={[
                { label: t('groups.edit'), onSelect: () => setEditing(true) },
                ...(runs()
                  ? [{ label: t('groups.delete'), danger: true, onSelect: () => void remove() }]
                  : []),
              ]}
            />
          </Show>
        </Row>
      }
    >
      <Show when={act()?.name !== 'groups.add'}>
        <Undecided entry={act()} />
      </Show>
      <AddMembers groupId={props.group.id} byEmail={runs()} adding={adding()} onAdding={setAdding} />
      <Members
        group={props.group}
        leads={leads()}
        runs={runs()}
        sees={runs() || Boolean(own()?.data)}
        onAdd={() => setAdding(true)}
      />
      <Dialog
        open={editing()}
        onClose={() => setEditing(false)}
        title={t('groups.edit')}
        closeLabel={t('groups.cancel')}
      >
        <GroupForm
          group={props.group}
          ruling={runs()}
          submit={t('groups.save')}
          onSubmit={(described) => void save(described)}
        />
      </Dialog>
      <confirm.View />
    </Page>
  )
}
