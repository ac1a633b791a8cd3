/**
 * Stands where the rest of a locked article, lesson or event would be: for whom it is, what it costs, and one thing to
 * do. All of it from rows on the device; an order that is placed offline waits here until it can be sent.
 */
import { useLocation } from '@solidjs/router'
import { createMemo, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'
import { LockIcon } from '#client/ui/icons.tsx'
import { LinkButton, Muted } from '#client/ui/index.ts'
import { itemAudience, type Opening } from '#shared/core/opening.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { TierRow } from '#shared/features/memberships.ts'
import { useHoldings, useTiers } from './holdings.ts'
import styles from './memberships.module.css'
import { useSalesWords } from './words.ts'

/** @param props.item `article:<id>`, `course:<id>`, `event:<id>` @param props.opening the item's */
export function Locked(props: { item: string; opening: Opening }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const location = useLocation()
  const holdings = useHoldings()
  const tiers = useTiers()
  const subject = (): string => itemAudience(props.item)
  const single = core.feed.row('prices', subject)
  /** Those that open it, the cheapest way first; a higher tier opens what lower ones do. */
  const opened = createMemo((): Stored<TierRow>[] => {
    if (props.opening.to !== 'tiers') return []
    const ids = props.opening.tiers ?? []
    return (tiers() ?? []).filter(({ id, data }) => ids.includes(id) && !data.archived)
  })
  const names = (): string =>
    opened()
      .map(({ data }) => words.title(data.name))
      .join(' / ')
  const wanted = (): string[] => [subject(), ...opened().map(({ id }) => `tier:${id}`)]
  const order = createMemo(() =>
    wanted()
      .map((name) => holdings.openOrder(name))
      .find(Boolean),
  )
  const act = createMemo(() =>
    core.commands
      .entries()
      .find((entry) => entry.name === 'memberships.order' && wanted().includes(entry.input.subject)),
  )
  /** The text is on its way: what opens it is there already. */
  const owned = (): boolean => {
    const ranks = (tiers() ?? []).filter(({ id }) => holdings.until(`tier:${id}`) !== undefined)
    const highest = Math.max(0, ...ranks.map(({ data }) => data.rank))
    return (
      holdings.until(subject()) !== undefined ||
      opened().some(({ id, data }) => holdings.until(`tier:${id}`) !== undefined || data.rank < highest)
    )
  }
  const heading = (): string => {
    switch (props.opening.to) {
      case 'tiers':
        return names() ? t('memberships.locked_tiers', { names: names() }) : t('memberships.locked_purchase')
      case 'purchase':
        return t('memberships.locked_purchase')
      case 'groups':
        return t('memberships.locked_groups')
      default:
        return t('memberships.locked_members')
    }
  }
  const here = (): string => encodeURIComponent(location.pathname)
  return (
    <section class={styles.locked} data-locked={props.item} aria-label={heading()}>
      <div class={styles.lockedHead}>
        <LockIcon />
        <h2>{heading()}</h2>
      </div>
      <Switch fallback={<Ways item={props.item} tiers={opened()} single={single()?.data ?? undefined} />}>
        <Match when={!isMember(core.session.viewer()) && props.opening.to === 'members'}>
          <LinkButton variant="primary" href={`/sign-in?then=${here()}`}>
            {t('memberships.locked_sign_in')}
          </LinkButton>
        </Match>
        <Match when={props.opening.to === 'groups'}>
          <p>{t('memberships.locked_groups_text')}</p>
        </Match>
        <Match when={owned()}>
          <p role="status">{t('memberships.locked_opening')}</p>
        </Match>
        <Match when={order()}>
          {(found) => (
            <>
              <p role="status">
                {t(found().data.number ? 'memberships.locked_ordered' : 'memberships.locked_unsent')}{' '}
                <ActWord entry={act()} />
              </p>
              <LinkButton variant="primary" href={`/me/orders/${found().id}`}>
                {t('memberships.locked_ordered_see')}
              </LinkButton>
            </>
          )}
        </Match>
      </Switch>
    </section>
  )
}

function Ways(props: {
  item: string
  tiers: readonly Stored<TierRow>[]
  single: { amount: number; currency: string } | undefined
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const location = useLocation()
  const first = (): Stored<TierRow> | undefined => props.tiers[0]
  /** Guests sign in on the way. */
  const to = (path: string): string =>
    isMember(core.session.viewer())
      ? path
      : `/sign-in?then=${encodeURIComponent(path.startsWith('/buy') ? path : location.pathname)}`
  const itemPath = (): string => `/buy/${itemAudience(props.item)}`
  const singlePrice = (): string =>
    props.single ? words.money(props.single.amount, props.single.currency) : ''
  return (
    <Switch fallback={<p>{t('memberships.locked_not_sold')}</p>}>
      <Match when={first()}>
        {(tier) => {
          const price = () => tier().data.prices[0]!
          const name = (): string => words.title(tier().data.name)
          return (
            <>
              <p>
                {t('memberships.locked_text')}{' '}
                <strong>
                  {price().amount === 0
                    ? name()
                    : t('memberships.locked_from', {
                        name: name(),
                        price: words.money(price().amount, price().currency),
                        term: words.term(price().term),
                      })}
                </strong>
              </p>
              <LinkButton
                variant="primary"
                href={to(`/buy/tier:${tier().id}?price=${encodeURIComponent(price().id)}`)}
              >
                {t('memberships.locked_join', { name: name() })}
              </LinkButton>
              <div class={styles.lockedMore}>
                <Show when={props.single}>
                  <a href={to(itemPath())}>{t('memberships.locked_or_item', { price: singlePrice() })}</a>
                </Show>
                <a href="/pricing">{t('memberships.locked_all')}</a>
              </div>
            </>
          )
        }}
      </Match>
      <Match when={props.single}>
        <p>
          <Muted>{t('memberships.locked_text_single')}</Muted>
        </p>
        <LinkButton variant="primary" href={to(itemPath())}>
          {t('memberships.locked_buy', { price: singlePrice() })}
        </LinkButton>
      </Match>
    </Switch>
  )
}
