import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Undecided } from '#client/parts/act.tsx'
import { GroupIcon } from '#client/ui/icons.tsx'
import { Badge, Button, Dialog, EmptyState, List, ListRow, Page, Skeleton } from '#client/ui/index.ts'
import { canRunGroups } from '#shared/features/groups.ts'
import { type Described, GroupForm } from './form.tsx'

/** `/groups` */
export function GroupsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [making, setMaking] = createSignal(false)
  useTitle(() => t('groups.title'))
  const rows = core.feed.rows('groups', () => ({ by: 'name' }))
  const own = core.feed.rows('group_members', () => ({
    by: 'memberId',
    equals: core.session.viewer().id ?? '',
  }))
  const mine = createMemo(() => new Set(own()?.map((row) => row.data.groupId)))
  const failed = createMemo(() =>
    core.commands
      .entries()
      .filter((entry) => entry.name === 'groups.create' || entry.name === 'groups.delete'),
  )
  const runs = (): boolean => canRunGroups(core.session.viewer())

  async function make(group: Described): Promise<void> {
    await core.commands.send('groups.create', { id: core.newId(), ...group })
    setMaking(false)
  }

  return (
    <Page
      title={t('groups.title')}
      lead={t('groups.lead')}
      width="text"
      back={
        runs() ? { href: '/admin', label: t('accounts.admin') } : { href: '/me', label: t('accounts.me') }
      }
      actions={
        <Show when={runs()}>
          <Button variant="primary" onClick={() => setMaking(true)}>
            {t('groups.new')}
          </Button>
        </Show>
      }
    >
      <For each={failed()}>{(entry) => <Undecided entry={entry} />}</For>
      <Show when={rows()} fallback={<Skeleton label={t('app.loading')} />}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState icon={GroupIcon} title={t('groups.none')}>
                {t('groups.none_text')}
              </EmptyState>
            }
          >
            <List label={t('groups.title')}>
              <For each={list()}>
                {(row) => (
                  <ListRow
                    href={`/groups/${row.id}`}
                    title={row.data.name}
                    detail={row.data.description}
                    meta={<span>{t('groups.count', { count: row.data.members })}</span>}
                    end={
                      <Show when={mine().has(row.id)}>
                        <Badge tone="accent">{t('groups.yours')}</Badge>
                      </Show>
                    }
                  />
                )}
              </For>
            </List>
          </Show>
        )}
      </Show>
      <Dialog
        open={making()}
        onClose={() => setMaking(false)}
        title={t('groups.new')}
        closeLabel={t('groups.cancel')}
      >
        <GroupForm ruling submit={t('groups.create')} onSubmit={(group) => void make(group)} />
      </Dialog>
    </Page>
  )
}
