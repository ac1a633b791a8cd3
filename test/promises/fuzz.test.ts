/** What hostile members and strangers send, for a short while. `npm run soak -- fuzz` sends millions. */
import { expect, test } from 'vitest'
import { fuzzHttp, fuzzSockets } from '../soak/fuzz.ts'

test('thousands of hostile frames: no crash, no stall, no growth, nothing changed that was not theirs', async () => {
  expect((await fuzzSockets(2_500, 20_261_122)).wrong).toEqual([])
}, 240_000)

test('thousands of hostile requests: each is answered, none by a failure, nothing changed that was not theirs', async () => {
  expect((await fuzzHttp(2_500, 20_261_122)).wrong).toEqual([])
}, 240_000)
