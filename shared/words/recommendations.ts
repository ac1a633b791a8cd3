import type { Bilingual } from './bilingual.ts'

export const recommendations = {
  en: {},
  zh: {},
} satisfies Bilingual
