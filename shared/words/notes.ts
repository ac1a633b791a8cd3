import type { Bilingual } from './bilingual.ts'

export const notes = {
  en: {},
  zh: {},
} satisfies Bilingual
