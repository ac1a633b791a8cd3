import type { Bilingual } from './bilingual.ts'

export const discussions = {
  en: {},
  zh: {},
} satisfies Bilingual
