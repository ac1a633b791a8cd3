import type { Bilingual } from './bilingual.ts'

export const accounts = {
  en: {},
  zh: {},
} satisfies Bilingual
