/** What the contract of planning has to know of boards and templates, apart from what stands in them. */

export const templateIds = ['meetup', 'workshop', 'hackathon', 'ama', 'study', 'conference'] as const
export type TemplateId = (typeof templateIds)[number]

export const planRoots = {
  tasks: 'map',
  run: 'map',
  budget: 'map',
  roles: 'map',
  body: 'text',
} as const

/** What a yuan is, roughly, in the currencies that budgets are kept in: a template's figures are a first guess. */
export const perYuan = { CNY: 1, USD: 0.14, EUR: 0.13, GBP: 0.11, HKD: 1.1, JPY: 21 } as const
export const budgetCurrencies = Object.keys(perYuan) as (keyof typeof perYuan)[]
export type BudgetCurrency = keyof typeof perYuan
