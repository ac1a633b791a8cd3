/** What membership costs, as plain HTML at the address that the app uses too. */
import type { Page } from '#server/core/feature.ts'
import { escapeHtml as escaped } from '#server/core/page.ts'
import { inLanguage, type Price } from '#shared/features/memberships.ts'
import { formatMoney, plainMoney } from '#shared/features/money.ts'
import { type Lang, translate } from '#shared/words/index.ts'
import { allTiers } from './catalogue.ts'

const locales = { en: 'en-GB', zh: 'zh-CN' } as const

function priceLine({ amount, currency, term }: Price, lang: Lang): string {
  const t = translate(lang)
  if (amount === 0) return t('memberships.free')
  const money = formatMoney(amount, currency, lang)
  switch (term.kind) {
    case 'months':
      if (term.count === 1) return `${money} ${t('memberships.term_month')}`
      if (term.count === 12) return `${money} ${t('memberships.term_year')}`
      return `${money} ${t('memberships.term_months', { count: term.count })}`
    case 'days':
      return `${money} ${t('memberships.term_days', { count: term.count })}`
    case 'until': {
      const when = new Intl.DateTimeFormat(locales[lang], { dateStyle: 'long' }).format(term.at)
      return `${money} ${t('memberships.term_until', { when })}`
    }
    case 'forever':
      return `${money} ${t('memberships.term_forever')}`
  }
}

const pricing: Page = {
  path: '/pricing',
  async render({ reader, lang, publicUrl }) {
    const t = translate(lang)
    const tiers = (await allTiers(reader)).filter(({ tier }) => !tier.archived)
    const parts = tiers.map(({ tier }) => {
      const prices = tier.prices.map((price) => `<li>${escaped(priceLine(price, lang))}</li>`)
      const benefits = inLanguage(tier.benefits, lang)
        .split('\n')
        .filter(Boolean)
        .map((line) => `<li>${escaped(line)}</li>`)
      return `<h2>${escaped(inLanguage(tier.name, lang))}</h2><ul>${prices.join('')}</ul><ul>${benefits.join('')}</ul>`
    })
    return {
      title: t('memberships.pricing'),
      description: t('memberships.pricing_description'),
      lang,
      html: `<h1>${escaped(t('memberships.pricing'))}</h1><p>${escaped(t('memberships.pricing_lead'))}</p>${
        parts.length > 0 ? parts.join('') : `<p>${escaped(t('memberships.pricing_none'))}</p>`
      }`,
      jsonLd: {
        '@context': 'https://schema.org',
        '@type': 'OfferCatalog',
        name: t('memberships.pricing'),
        url: `${publicUrl}/pricing`,
        itemListElement: tiers.flatMap(({ tier }) =>
          tier.prices.map(({ amount, currency }) => ({
            '@type': 'Offer',
            name: inLanguage(tier.name, lang),
            price: plainMoney(amount, currency),
            priceCurrency: currency,
          })),
        ),
      },
    }
  },
}

export const pages: Page[] = [pricing]
