import type { Reaction } from '#shared/features/discussions.ts'
import type { WordKey } from '#shared/words/index.ts'

export const reactionWords = {
  '👍': 'discussions.reaction_like',
  '❤️': 'discussions.reaction_love',
  '🎉': 'discussions.reaction_celebrate',
  '💡': 'discussions.reaction_insight',
  '👀': 'discussions.reaction_eyes',
  '😄': 'discussions.reaction_smile',
} as const satisfies Record<Reaction, WordKey>
