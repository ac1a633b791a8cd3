import type { Bilingual } from './bilingual.ts'

export const articles = {
  en: {},
  zh: {},
} satisfies Bilingual
