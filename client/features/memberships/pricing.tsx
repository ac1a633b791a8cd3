import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { CheckIcon, TicketIcon } from '#client/ui/icons.tsx'
import { Badge, classes, EmptyState, LinkButton, Page, Skeleton } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { inLanguage, type Price, type TierRow } from '#shared/features/memberships.ts'
import { type Holdings, useHoldings, useTiers } from './holdings.ts'
import styles from './memberships.module.css'
import { useSalesWords } from './words.ts'

/** `/pricing` */
export function Pricing(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('memberships.pricing'))
  const tiers = useTiers()
  const holdings = useHoldings()
  const sold = createMemo(() => (tiers() ?? []).filter(({ data }) => !data.archived))
  return (
    <Page title={t('memberships.pricing')} lead={t('memberships.pricing_lead')}>
      <Show
        when={tiers() && (core.feed.ready() || sold().length > 0)}
        fallback={<Skeleton label={t('memberships.loading')} lines={5} />}
      >
        <Show
          when={sold().length > 0}
          fallback={
            <EmptyState icon={TicketIcon} title={t('memberships.pricing_none')}>
              {t('memberships.pricing_none_text')}
            </EmptyState>
          }
        >
          <div class={styles.tiers}>
            <For each={sold()}>
              {(tier, index) => <TierCard tier={tier} first={index() === 0} holdings={holdings} />}
            </For>
          </div>
        </Show>
      </Show>
    </Page>
  )
}

function TierCard(props: { tier: Stored<TierRow>; first: boolean; holdings: Holdings }): JSX.Element {
  const { t, lang, date } = useI18n()
  const words = useSalesWords()
  const core = useCore()
  const name = (): string => words.title(props.tier.data.name)
  const subject = (): string => `tier:${props.tier.id}`
  const until = (): number | null | undefined => props.holdings.until(subject())
  const benefits = (): string[] => inLanguage(props.tier.data.benefits, lang()).split('\n').filter(Boolean)
  const order = (): string | undefined => props.holdings.openOrder(subject())?.id
  return (
    <section class={classes(styles.tier, until() !== undefined && styles.own)}>
      <div class={styles.tierHead}>
        <h2>{name()}</h2>
        <Show when={until() !== undefined}>
          <Badge tone="accent">
            {until() === null
              ? t('memberships.yours_for_good')
              : t('memberships.yours_until', { when: date(until()!, 'day') })}
          </Badge>
        </Show>
      </div>
      <div class={styles.prices}>
        <For each={props.tier.data.prices}>
          {(price) => (
            <div class={styles.price}>
              <Show when={price.amount > 0} fallback={<strong>{t('memberships.free')}</strong>}>
                <strong>{words.money(price.amount, price.currency)}</strong>
                <span>{words.term(price.term)}</span>
              </Show>
            </div>
          )}
        </For>
      </div>
      <ul class={styles.benefits}>
        <For each={benefits()}>
          {(benefit) => (
            <li>
              <CheckIcon />
              <span>{benefit}</span>
            </li>
          )}
        </For>
        <Show when={!props.first}>
          <li>
            <CheckIcon />
            <span>{t('memberships.has_lower')}</span>
          </li>
        </Show>
      </ul>
      <div class={styles.choices}>
        <Show
          when={isMember(core.session.viewer())}
          fallback={
            <LinkButton wide href="/sign-in?then=%2Fpricing">
              {t('memberships.sign_in_to_buy')}
            </LinkButton>
          }
        >
          <Show
            when={order()}
            fallback={
              <Show when={until() !== null}>
                <For each={props.tier.data.prices}>
                  {(price) => <Choice tier={props.tier} price={price} owned={until() !== undefined} />}
                </For>
              </Show>
            }
          >
            {(id) => (
              <LinkButton wide href={`/me/orders/${id()}`}>
                {t('memberships.locked_ordered_see')}
              </LinkButton>
            )}
          </Show>
        </Show>
      </div>
    </section>
  )
}

function Choice(props: { tier: Stored<TierRow>; price: Price; owned: boolean }): JSX.Element {
  const { t } = useI18n()
  const words = useSalesWords()
  const name = (): string => words.title(props.tier.data.name)
  const several = (): boolean => props.tier.data.prices.length > 1
  const label = (): string => {
    if (props.price.amount === 0) return t('memberships.locked_join', { name: name() })
    if (!several() && !props.owned) return t('memberships.choose', { name: name() })
    return t(props.owned ? 'memberships.renew_for' : 'memberships.choose_for', {
      name: name(),
      price: words.money(props.price.amount, props.price.currency),
      term: words.term(props.price.term),
    })
  }
  return (
    <LinkButton
      wide
      variant={props.price === props.tier.data.prices[0] && !props.owned ? 'primary' : 'soft'}
      href={`/buy/tier:${props.tier.id}?price=${encodeURIComponent(props.price.id)}`}
    >
      {label()}
    </LinkButton>
  )
}
