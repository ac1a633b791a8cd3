/** Histories that failed once, shortened: each says what it found. */
import type { Plan } from './history.ts'

export const kept: Record<string, Plan> = {
  'a device that was told of an update while it joined did not have what came before it': {
    seed: '110',
    devices: [3, 3],
    steps: [
      { do: 'cut', wait: 3590, who: 0, much: 0.33, salt: 1 },
      { do: 'post', wait: 200, who: 1, much: 0.5, salt: 2 },
      { do: 'post', wait: 3000, who: 0, much: 0.5, salt: 3 },
      { do: 'post', wait: 3200, who: 0, much: 0.5, salt: 4 },
    ],
  },
  'an epoch that began before the present one had been told left its device without any': {
    seed: 'ends1.54',
    devices: [3, 2, 4, 3],
    steps: [
      { do: 'type', wait: 10, who: 12, much: 0.713, salt: 251030 },
      { do: 'type', wait: 1026, who: 28, much: 0.642, salt: 449897 },
      { do: 'rebase', wait: 26, who: 22, much: 0.911, salt: 780935 },
      { do: 'rebase', wait: 54, who: 53, much: 0.48, salt: 91301 },
    ],
  },
  'a device that never heard of an epoch that was over came and was turned away without end': {
    seed: 'ends1.420',
    devices: [3],
    steps: [
      { do: 'type', wait: 37, who: 24, much: 0.452, salt: 590627 },
      { do: 'night', wait: 39, who: 16, much: 0.02, salt: 692146 },
      { do: 'rebase', wait: 10, who: 45, much: 0.109, salt: 873748 },
    ],
  },
}
