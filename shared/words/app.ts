import type { Bilingual } from './bilingual.ts'

export const app = {
  en: {},
  zh: {},
} satisfies Bilingual
