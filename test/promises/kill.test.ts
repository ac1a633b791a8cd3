/** A server that dies the hard way while devices write. `npm run soak -- kill` and `-- power` do the same for hours. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { notesRoom } from '#shared/features/notes.ts'
import { loseOnPurpose } from '../soak/power.ts'
import { createDevice } from '../soak/rig/device.ts'
import { found, type Person } from '../soak/rig/founding.ts'
import { judge } from '../soak/rig/judge.ts'
import { compileShim, createPowerDisk } from '../soak/rig/power.ts'
import { createPromises } from '../soak/rig/promises.ts'
import { createDice } from '../soak/rig/random.ts'
import { runRounds } from '../soak/rig/rounds.ts'
import { createServer } from '../soak/rig/server.ts'

const brief = { devices: 8, write: 250, stopWhenWrong: true } as const

test('ten times kill -9: everything acknowledged is there, and nobody was told of what is not', async () => {
  const report = await runRounds({ ...brief, rounds: 10, era: 10, seed: 20_261_122 })
  expect(report.wrong).toEqual([])
  expect(report.rounds).toBe(10)
  expect(report.edits).toBeGreaterThan(250)
  expect(report.commands).toBeGreaterThan(25)
}, 240_000)

test('what a power cut leaves is what was acknowledged; on a disk that lies, the same test sees what is lost', async (context) => {
  const shim = compileShim()
  if (typeof shim === 'string') return context.skip(shim)
  try {
    expect((await loseOnPurpose(shim, 1)).lost.length).toBeGreaterThan(0)
    const disk = (folder: string) => createPowerDisk(folder, shim)
    const report = await runRounds({ ...brief, rounds: 3, seed: 20_261_122, disk })
    expect([report.rounds, report.wrong]).toEqual([3, []])
  } finally {
    shim.remove()
  }
}, 240_000)

test('a disk that refuses to keep something ends the server before it says more, and what it had said is kept', async (context) => {
  const shim = compileShim()
  if (typeof shim === 'string') return context.skip(shim)
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-eio-'))
  const founded = await found(folder, { members: 5, sessions: 4, threads: 2 })
  const disk = createPowerDisk(folder, shim, { SHIM_FAIL: '60' })
  const server = await createServer(folder, disk.env)
  const promises = createPromises()
  const wrong: string[] = []
  const devices = founded.members.slice(1).map((person, index) =>
    createDevice({
      url: server.url,
      person,
      name: `d${index}`,
      promises,
      dice: createDice(index),
      onAcknowledged: () => {},
      onWrong: (what) => void wrong.push(what),
    }),
  )
  try {
    await server.start()
    const ended = server.ended()
    const rooms = founded.sessions.map(notesRoom)
    await Promise.all(devices.map((one) => one.connect({ write: rooms, read: [], commands: founded })))
    expect(await ended).toBe(1)
    expect(server.output()).toContain('the disk refused to keep what was written')
    await Promise.all(devices.map((device) => device.gone()))
    expect(promises.count.edits).toBeGreaterThan(10)
    disk.crash(createDice(1))
    await server.start({ SHIM_FAIL: '0' })
    const databasePath = join(folder, 'lyceum.sqlite')
    const question = { rooms, threads: founded.threads, devices: [], repeats: 100 }
    const [person] = founded.members as [Person]
    expect(await judge({ url: server.url, databasePath, person, promises }, question)).toEqual([])
    expect(wrong).toEqual([])
  } finally {
    await server.kill()
    disk.close()
    shim.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
