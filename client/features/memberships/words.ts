/** Money, terms and titles in the reader's language. */
import { useI18n } from '#client/core/i18n.ts'
import type { Term } from '#shared/features/membership-terms.ts'
import { type Both, inLanguage, type Price } from '#shared/features/memberships.ts'
import { formatMoney } from '#shared/features/money.ts'

export interface SalesWords {
  money(amount: number, currency: string): string
  term(term: Term): string
  /** How much time is bought: `1 month`. */
  length(term: Term): string
  /** `¥30 a month`; `Free`. */
  price(price: Pick<Price, 'amount' | 'currency' | 'term'>): string
  title(both: Both): string
}

export function useSalesWords(): SalesWords {
  const { t, lang, date } = useI18n()
  const money = (amount: number, currency: string): string => formatMoney(amount, currency, lang())
  const term = (of: Term): string => {
    switch (of.kind) {
      case 'months':
        if (of.count === 1) return t('memberships.term_month')
        if (of.count === 12) return t('memberships.term_year')
        return t('memberships.term_months', { count: of.count })
      case 'days':
        return t('memberships.term_days', { count: of.count })
      case 'until':
        return t('memberships.term_until', { when: date(of.at, 'day') })
      case 'forever':
        return t('memberships.term_forever')
    }
  }
  const length = (of: Term): string => {
    switch (of.kind) {
      case 'months':
        return of.count % 12 === 0
          ? t('memberships.length_years', { count: of.count / 12 })
          : t('memberships.length_months', { count: of.count })
      case 'days':
        return t('memberships.length_days', { count: of.count })
      case 'until':
        return t('memberships.term_until', { when: date(of.at, 'day') })
      case 'forever':
        return t('memberships.length_forever')
    }
  }
  return {
    money,
    term,
    length,
    price: (price) =>
      price.amount === 0
        ? t('memberships.free')
        : `${money(price.amount, price.currency)} ${term(price.term)}`,
    title: (both) => inLanguage(both, lang()),
  }
}
