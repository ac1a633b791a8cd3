import type { Bilingual } from './bilingual.ts'

export const recommendations = {
  en: {
    refused_not_sharing: 'You do not share what you read, so nothing was sent.',
    refused_not_owner: 'Only owners can train a new model.',
  },
  zh: {
    refused_not_sharing: '你没有开启阅读分享，因此没有发送任何内容。',
    refused_not_owner: '只有所有者可以训练新模型。',
  },
} satisfies Bilingual
