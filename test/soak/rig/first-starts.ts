/** Power cuts in the first seconds of a new community: what is left of its folder is one that can be started again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPowerDisk, type Shim } from './power.ts'
import type { Dice } from './random.ts'
import { createServer } from './server.ts'

/** @returns what was wrong. */
export async function cutFirstStarts(shim: Shim, times: number, dice: Dice): Promise<string[]> {
  const wrong: string[] = []
  for (let time = 1; time <= times; time++) {
    const folder = mkdtempSync(join(tmpdir(), 'lyceum-first-'))
    const disk = createPowerDisk(folder, shim)
    const server = await createServer(folder, disk.env)
    try {
      const starting = server.start().then(
        () => true,
        () => false,
      )
      const early = new Promise((resolve) => setTimeout(resolve, 300 + dice.below(2_500)))
      const late = starting.then(() => new Promise((resolve) => setTimeout(resolve, dice.below(300))))
      await Promise.race([early, late])
      await server.kill()
      const hadStarted = await starting
      const secret = hadStarted ? readFileSync(join(folder, 'secret'), 'utf8') : undefined
      disk.crash(dice)
      await server.start()
      if (secret !== undefined && readFileSync(join(folder, 'secret'), 'utf8') !== secret)
        wrong.push(`first start ${time}: what was signed is signed no more`)
    } catch (error) {
      wrong.push(`first start ${time}: ${String(error)}`)
    } finally {
      await server.kill()
      disk.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return wrong
}
