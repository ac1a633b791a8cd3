/** The load generator: a process of its own, so that what clients cost is not counted as the server's. */
import { crowd } from './crowd-load.ts'
import { flood } from './hostile-load.ts'
import { openRooms } from './open-load.ts'
import { replayTrace } from './replay-load.ts'
import { seed } from './seed.ts'
import { fillRoom, openThread } from './thread-load.ts'
import { typeInRooms } from './typing-load.ts'

export const jobs = { typeInRooms, crowd, openRooms, replayTrace, seed, fillRoom, openThread, flood }
export type Jobs = typeof jobs

process.on('message', ({ job, order }: { job: keyof Jobs; order: never }) => {
  jobs[job](order).then(
    (result) => process.send!({ result }),
    (error) => process.send!({ error: String(error?.stack ?? error) }),
  )
})
