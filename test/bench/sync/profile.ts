/** Where our server's time went while it was measured, for the console; the files open in any developer tools. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { sleep } from './measure.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')
const shown = 25

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

/** To be awaited before what is measured, and after it. */
export async function toggleProfile(pid: number, profiled: boolean | undefined): Promise<void> {
  if (!profiled) return
  process.kill(pid, 'SIGUSR2')
  // Beginning and ending take their own time.
  await sleep(1_000)
}

export function profileFolder(path: string): string {
  mkdirSync(path, { recursive: true })
  return resolve(path)
}

/** Prints functions by the time spent in themselves, over all profiles of the folder that are new. */
export function printProfiles(folder: string, seen: Set<string>): void {
  const spent = new Map<string, number>()
  let busy = 0
  for (const file of readdirSync(folder).filter((name) => !seen.has(name) && name.endsWith('.cpuprofile'))) {
    seen.add(file)
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
    const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
    for (const [i, sample] of samples.entries()) {
      const name = names.get(sample)!
      // The profiler's own.
      if (name === '(idle)' || name === 'dispatch') continue
      busy += timeDeltas[i]!
      spent.set(name, (spent.get(name) ?? 0) + timeDeltas[i]!)
    }
  }
  if (busy === 0) return
  console.log(`  Our server was busy for ${(busy / 1e6).toFixed(1)} s, in itself in:`)
  for (const [name, time] of [...spent].sort((a, b) => b[1] - a[1]).slice(0, shown)) {
    console.log(`  ${((100 * time) / busy).toFixed(1).padStart(6)} % ${name}`)
  }
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName
  const path = url.startsWith('file:') ? relative(root, new URL(url).pathname) : url
  return `${functionName || '(anonymous)'} ${path.replace(/^.*node_modules\//, '')}:${lineNumber + 1}`
}
