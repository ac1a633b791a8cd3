/** A server that dies the hard way while devices write. `npm run soak -- kill` and `-- power` do the same for hours. */
import { expect, test } from 'vitest'
import { loseOnPurpose } from '../soak/power.ts'
import { compileShim, createPowerDisk } from '../soak/rig/power.ts'
import { runRounds } from '../soak/rig/rounds.ts'

const brief = { devices: 8, write: 250, stopWhenWrong: true } as const

test('twenty times kill -9: everything acknowledged is there, and nobody was told of what is not', async () => {
  const report = await runRounds({ ...brief, rounds: 20, era: 20, seed: 20_261_122 })
  expect(report.wrong).toEqual([])
  expect(report.rounds).toBe(20)
  expect(report.edits).toBeGreaterThan(500)
  expect(report.commands).toBeGreaterThan(50)
}, 180_000)

test('what a power cut leaves is what was acknowledged; on a disk that lies, the same test sees what is lost', async (context) => {
  const shim = compileShim()
  if (typeof shim === 'string') return context.skip(shim)
  try {
    expect((await loseOnPurpose(shim, 1)).lost.length).toBeGreaterThan(0)
    const disk = (folder: string) => createPowerDisk(folder, shim)
    const report = await runRounds({ ...brief, rounds: 5, seed: 20_261_122, disk })
    expect([report.rounds, report.wrong]).toEqual([5, []])
  } finally {
    shim.remove()
  }
}, 180_000)
