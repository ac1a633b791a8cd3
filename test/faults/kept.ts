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
}
