/** Amounts of money: integers of a currency's smallest unit (分, cents), written the way a reader's language writes them. */

const locales = { en: 'en-GB', zh: 'zh-CN' } as const

/** How many digits of a currency come after its point: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

/** @param amount in the currency's smallest unit */
export function formatMoney(amount: number, currency: string, lang: 'en' | 'zh'): string {
  const digits = minorDigits(currency)
  return new Intl.NumberFormat(locales[lang], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    // Whole amounts are what most prices are; ¥30.00 says no more than ¥30.
    ...(amount % 10 ** digits === 0 ? { minimumFractionDigits: 0 } : {}),
  }).format(amount / 10 ** digits)
}

/** Reads `19.9` or `1,299` as somebody types it. @returns the smallest unit; `undefined`: not an amount of that currency */
export function parseMoney(text: string, currency: string): number | undefined {
  const digits = minorDigits(currency)
  const found = /^(\d{1,9})(?:\.(\d+))?$/.exec(text.trim().replaceAll(/[,，\s]/g, ''))
  const fraction = found?.[2] ?? ''
  if (!found || fraction.length > digits) return undefined
  return Number(found[1]) * 10 ** digits + Number(fraction.padEnd(digits, '0') || 0)
}

/** As it stands in a field or a table: `19.90`, without a symbol. */
export function plainMoney(amount: number, currency: string): string {
  const digits = minorDigits(currency)
  return (amount / 10 ** digits).toFixed(digits)
}
