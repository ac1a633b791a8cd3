import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { MoreIcon, PlusIcon, TagIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  EmptyState,
  List,
  ListRow,
  Menu,
  Section,
  Skeleton,
} from '#client/ui/index.ts'
import { type TierRow, waysId } from '#shared/features/memberships.ts'
import { useTiers } from './holdings.ts'
import { ItemPrices } from './item-prices.tsx'
import { TierDialog } from './tier-dialog.tsx'
import { WaysForm } from './ways-form.tsx'
import { useSalesWords } from './words.ts'

/** `/admin/tiers` */
export function AdminTiers(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('memberships.admin_tiers'))
  const tiers = useTiers()
  const ways = core.feed.row('payment_ways', () => waysId)
  const [editing, setEditing] = createSignal<{ id: string; tier: TierRow | undefined }>()
  const currency = (): string => ways()?.data.currency ?? 'CNY'
  return (
    <AdminPage title={t('memberships.admin_tiers')} lead={t('memberships.admin_tiers_lead')}>
      <Section
        title={t('memberships.tiers')}
        hint={t('memberships.tiers_hint')}
        action={
          <Button small onClick={() => setEditing({ id: core.newId(), tier: undefined })}>
            <PlusIcon />
            {t('memberships.tier_new')}
          </Button>
        }
      >
        <Show when={tiers()} fallback={<Skeleton label={t('memberships.loading')} />}>
          {(list) => (
            <Show
              when={list().length > 0}
              fallback={
                <EmptyState icon={TagIcon} title={t('memberships.tiers_none')}>
                  {t('memberships.tiers_none_text')}
                </EmptyState>
              }
            >
              <List label={t('memberships.tiers')}>
                <For each={list()}>
                  {(tier) => (
                    <Tier
                      tier={tier}
                      all={list()}
                      onEdit={() => setEditing({ id: tier.id, tier: tier.data })}
                    />
                  )}
                </For>
              </List>
            </Show>
          )}
        </Show>
      </Section>
      <ItemPrices currency={currency()} />
      <Show when={ways() !== undefined && core.feed.ready()}>
        <WaysForm ways={ways()?.data} />
      </Show>
      <Show when={editing()} keyed>
        {(of) => (
          <TierDialog id={of.id} tier={of.tier} currency={currency()} onClose={() => setEditing(undefined)} />
        )}
      </Show>
    </AdminPage>
  )
}

function Tier(props: {
  tier: Stored<TierRow>
  all: readonly Stored<TierRow>[]
  onEdit: () => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const confirm = createConfirm()
  const name = (): string => words.title(props.tier.data.name)
  const place = createMemo(() => props.all.findIndex(({ id }) => id === props.tier.id))

  function move(by: -1 | 1): void {
    const ids = props.all.map(({ id }) => id)
    const at = place()
    ids.splice(at + by, 0, ...ids.splice(at, 1))
    void core.commands.send('memberships.rank_tiers', { ids })
  }
  async function archive(): Promise<void> {
    const { archived } = props.tier.data
    const sure =
      archived ||
      (await confirm.ask({
        title: t('memberships.tier_archive'),
        text: t('memberships.tier_archive_text'),
        confirm: t('memberships.tier_archive'),
        cancel: t('memberships.cancel'),
      }))
    if (sure) await core.commands.send('memberships.archive_tier', { id: props.tier.id, archived: !archived })
  }
  return (
    <ListRow
      title={name()}
      meta={
        <>
          <Show when={props.tier.data.archived}>
            <Badge>{t('memberships.tier_archived')}</Badge>
          </Show>
          <For each={props.tier.data.prices}>{(price) => <span>{words.price(price)}</span>}</For>
        </>
      }
      end={
        <>
          <Menu
            small
            label={`${t('memberships.tier_edit')}: ${name()}`}
            icon={MoreIcon}
            items={[
              { label: t('memberships.tier_edit'), onSelect: () => props.onEdit() },
              {
                label: t('memberships.tier_up', { name: name() }),
                disabled: place() >= props.all.length - 1,
                onSelect: () => move(1),
              },
              {
                label: t('memberships.tier_down', { name: name() }),
                disabled: place() <= 0,
                onSelect: () => move(-1),
              },
              {
                label: t(props.tier.data.archived ? 'memberships.tier_restore' : 'memberships.tier_archive'),
                onSelect: () => void archive(),
              },
            ]}
          />
          <confirm.View />
        </>
      }
    />
  )
}
