import type { Bilingual } from './bilingual.ts'

export const memberships = {
  en: {
    title: 'Membership',
  },
  zh: {
    title: '会员',
  },
} satisfies Bilingual
