import type { Bilingual } from './bilingual.ts'

export const events = {
  en: {},
  zh: {},
} satisfies Bilingual
