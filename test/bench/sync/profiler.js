/** Loaded into our server before anything else: SIGUSR2 begins a CPU profile and ends it, into PROFILE_DIR. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'

const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: 200 })
let running = false
let count = 0
process.on('SIGUSR2', () => {
  running = !running
  if (running) return session.post('Profiler.start')
  session.post('Profiler.stop', (_error, { profile }) => {
    const name = `${process.pid}-${++count}.cpuprofile`
    writeFileSync(join(process.env.PROFILE_DIR ?? '.', name), JSON.stringify(profile))
  })
})
