/**
 * `npm run soak -- fuzz [scale] [--seed N] [--only updates|sockets|http]`: ten million mutated updates for the guard of
 * the rooms, a million hostile frames and a million hostile requests for a real server. Nothing crashes, nothing keeps a
 * thread for more than a tenth of a second, memory stays, and nobody changes what is not theirs.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { attackHttp } from './rig/hostile-http.ts'
import { attackSockets } from './rig/hostile-sockets.ts'
import { readRooms } from './rig/judge.ts'
import { createDice } from './rig/random.ts'
import { createTarget, type Target } from './rig/target.ts'

export interface FuzzReport {
  /** What was sent, in a line. */
  said: string[]
  wrong: string[]
}

const aims = { stall: 100, growth: 64 * 1_048_576 }

export async function run(args: string[]): Promise<number> {
  const seed = args.includes('--seed') ? Number(args[args.indexOf('--seed') + 1]) : Date.now() % 1_000_000
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
  const scale = args[0] === undefined || args[0].startsWith('--') ? 1 : Number(args[0])
  if (!(scale > 0) || !Number.isSafeInteger(seed))
    throw new Error(`not a scale and a seed: ${args.join(' ')}`)
  console.log(`Fuzzing at ${scale}, seed ${seed}.`)
  const parts: Record<string, () => Promise<FuzzReport>> = {
    sockets: () => fuzzSockets(Math.ceil(1e6 * scale), seed),
    http: () => fuzzHttp(Math.ceil(1e6 * scale), seed),
    updates: () => fuzzUpdates(Math.ceil(1e7 * scale), seed),
  }
  let failed = false
  for (const [name, part] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue
    const report = await part()
    for (const line of report.said) console.log(`${name}: ${line}`)
    for (const what of report.wrong.slice(0, 50)) console.log(`${name}: WRONG ${what}`)
    failed ||= report.wrong.length > 0
  }
  return failed ? 1 : 0
}

/** Hostile frames over the real port, while somebody honest is served. */
export async function fuzzSockets(frames: number, seed: number): Promise<FuzzReport> {
  const dice = createDice(seed)
  return attack('frames', frames, async (target, count) => {
    const sent = await attackSockets(target, count, dice)
    const { connections, opened } = sent
    const closes = JSON.stringify(sent.closed)
    return {
      said: `${sent.frames} frames on ${connections} connections, ${opened} rooms opened, closed ${closes}`,
      wrong: [],
    }
  })
}

export async function fuzzHttp(requests: number, seed: number): Promise<FuzzReport> {
  const dice = createDice(seed)
  return attack('requests', requests, async (target, count) => {
    const sent = await attackHttp(target, count, dice)
    return { said: `${sent.requests} requests, answered ${JSON.stringify(sent.answered)}`, wrong: sent.wrong }
  })
}

async function attack(
  what: string,
  count: number,
  send: (target: Target, count: number) => Promise<{ said: string; wrong: string[] }>,
): Promise<FuzzReport> {
  const report: FuzzReport = { said: [], wrong: [] }
  const target = await createTarget()
  const { server } = target
  try {
    // Code is compiled, caches fill.
    await send(target, Math.ceil(count / 20))
    await pause(1_500)
    const before = target.tables()
    const warm = await server.vitals()
    let stall = 0
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, 20_000)
      const { said, wrong } = await send(target, part)
      done += part
      const vitals = await server.vitals()
      stall = Math.max(stall, vitals.stall)
      if (vitals.stall > aims.stall)
        report.wrong.push(`a stall of ${Math.round(vitals.stall)} ms before ${what} ${done}`)
      report.said.push(`${said}; stall ${Math.round(vitals.stall)} ms, ${megabytes(vitals.rss)} MB`)
      report.wrong.push(...wrong)
    }
    // Rows are derived from documents, and where many were opened, they are put away.
    await pause(count > 100_000 ? 75_000 : 3_000)
    const after = await server.vitals()
    const growth = after.rss - warm.rss
    const memory = `${megabytes(warm.rss)} → ${megabytes(after.rss)} MB (heap ${megabytes(warm.heap)} → ${megabytes(after.heap)})`
    report.said.push(`longest stall ${Math.round(stall)} ms; memory ${memory}`)
    if (growth > aims.growth) report.wrong.push(`memory grew: ${memory}`)
    report.wrong.push(...target.trespasses(before))
    for (const line of server.output().split('\n'))
      if (line.includes('"level":"error"')) report.wrong.push(line)
    report.wrong.push(...(await survivors(target)))
    for (const line of server.output().split('\n'))
      if (line.includes('"level":"error"')) report.wrong.push(line)
  } catch (error) {
    report.wrong.push(`${String(error)}\n${server.output()}`)
  } finally {
    await target.close()
  }
  return report
}

/** Every room can be read, and is the same after a restart from its log. */
async function survivors(target: Target): Promise<string[]> {
  const names = [...target.rooms.open.slice(0, 100), ...target.rooms.readable]
  const read = async (): Promise<Map<string, string>> => {
    const rooms = await readRooms(target.server.url, target.ada, names)
    return new Map([...rooms].map(([name, { doc }]) => [name, JSON.stringify(doc.toJSON())]))
  }
  const live = await read()
  await target.server.kill()
  await target.server.start()
  const loaded = await read()
  return names
    .filter((name) => live.get(name) !== loaded.get(name))
    .map((name) => `${name} is another after a restart`)
}

/** The guard of the rooms, in processes of their own. */
export async function fuzzUpdates(count: number, seed: number): Promise<FuzzReport> {
  const report: FuzzReport = { said: [], wrong: [] }
  const processes = count < 100_000 ? 1 : 2
  const share = Math.ceil(count / processes)
  const guards = Array.from({ length: processes }, (_, index) => guardProcess(seed + index * 100_000, share))
  for (const line of (await Promise.all(guards)).flat()) {
    if (line.startsWith('wrong ')) report.wrong.push(line.slice(6))
    else report.said.push(line)
  }
  return report
}

function guardProcess(seed: number, count: number): Promise<string[]> {
  const guard = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      'tsx',
      join(import.meta.dirname, 'rig', 'guard.ts'),
      String(seed),
      String(count),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  guard.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return new Promise((resolve) => {
    guard.on('close', (code) => {
      const lines = output.split('\n').filter(Boolean)
      resolve(code === 0 ? lines : [...lines, `wrong the process that fuzzed the guard ended with ${code}`])
    })
  })
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
