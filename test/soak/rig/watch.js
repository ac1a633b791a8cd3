/**
 * Loaded into a server that is being fuzzed (`--import`): measures how long its main thread kept the processor without
 * coming back to its event loop, in its own time on the processor, which a busy machine does not stretch. Answers each
 * message of its parent with the longest since the last, and with its memory after a collection.
 */
import { openSync, readSync } from 'node:fs'

const every = 10
const schedule = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r')
const bytes = Buffer.alloc(64)

/** Nanoseconds that this thread has run. */
function ran() {
  const length = readSync(schedule, bytes, 0, bytes.length, 0)
  return Number(bytes.toString('latin1', 0, length).split(' ', 1)[0])
}

let last = ran()
let longest = 0
setInterval(() => {
  const now = ran()
  longest = Math.max(longest, now - last)
  last = now
}, every).unref()

process.on('message', () => {
  const stall = longest / 1e6
  for (let times = 0; times < 3; times++) globalThis.gc?.()
  process.send?.({ stall, rss: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed })
  // The collection was ours.
  last = ran()
  longest = 0
})
process.channel?.unref()
