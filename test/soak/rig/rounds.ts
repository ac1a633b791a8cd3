/**
 * Rounds of writing and dying: devices write into a real server, the server is killed at a moment that the dice choose,
 * is started again on what its disk has, and is held against what it had promised. A community lives for an era of
 * rounds, at whose end everything in it is looked at; then another is founded, so that no database grows without end.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadRoom } from '#shared/features/discussions.ts'
import { notesRoom } from '#shared/features/notes.ts'
import { createDevice, type Device } from './device.ts'
import { type Founded, found } from './founding.ts'
import { judge, type Question } from './judge.ts'
import { createPromises } from './promises.ts'
import { createDice, type Dice } from './random.ts'
import { createServer, type SoakServer } from './server.ts'

/** What is left of a folder when the machine beneath it fails. */
export interface Disk {
  /** For the server that uses it. */
  readonly env: Record<string, string>
  /** The server is dead: makes the folder what survived. */
  crash(dice: Dice): void
  close(): void
}

export interface RoundsOptions {
  rounds: number
  seed: number
  /** Rounds that one community lives. */
  era?: number
  devices?: number
  /** How long devices write at most, in milliseconds. */
  write?: number
  /** Without one, the process alone dies. */
  disk?(dataDir: string): Disk
  /** Ends at the first round that broke a promise. */
  stopWhenWrong?: boolean
  say?(line: string): void
}

export interface RoundsReport {
  rounds: number
  /** Acknowledged writes. */
  edits: number
  commands: number
  wrong: string[]
  /** Milliseconds from the start of each process until it answered. */
  starts: number[]
}

const roomsAtOnce = 8
const threadsAtOnce = 4
const sessions = 200

export async function runRounds(options: RoundsOptions): Promise<RoundsReport> {
  const era = options.era ?? 50
  const dice = createDice(options.seed)
  const report: RoundsReport = { rounds: 0, edits: 0, commands: 0, wrong: [], starts: [] }
  const stops = (): boolean => (options.stopWhenWrong ?? false) && report.wrong.length > 0
  while (report.rounds < options.rounds && !stops()) {
    const until = Math.min(options.rounds, report.rounds + era)
    await liveEra(options, until, dice.fork(), report, stops)
  }
  return report
}

async function liveEra(
  options: RoundsOptions,
  until: number,
  dice: Dice,
  report: RoundsReport,
  stops: () => boolean,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-soak-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  const people = options.devices ?? 12
  const community = await found(folder, { members: people + 1, sessions, threads: 40 })
  const disk = options.disk?.(folder)
  const server = await createServer(folder, disk?.env)
  const promises = createPromises()
  const before = { edits: report.edits, commands: report.commands }
  let onAcknowledged = (): void => {}
  const wrong = (what: string): void => {
    if (report.wrong.length < 5_000) report.wrong.push(`round ${report.rounds}: ${what}`)
  }
  const devices = community.members.slice(1).map((person, index) =>
    createDevice({
      url: server.url,
      person,
      name: `${report.rounds}-${index}`,
      promises,
      dice: dice.fork(),
      onAcknowledged: () => onAcknowledged(),
      onWrong: wrong,
    }),
  )
  const ask = async (question: Partial<Question>): Promise<void> => {
    const all: Question = { rooms: [], threads: [], devices: [], repeats: 0, ...question }
    const databasePath = join(folder, 'lyceum.sqlite')
    const [person] = community.members
    for (const what of await judge({ url: server.url, databasePath, person: person!, promises }, all))
      wrong(what)
  }
  const start = async (): Promise<void> => {
    const began = performance.now()
    await server.start()
    report.starts.push(performance.now() - began)
  }
  const stop = async (): Promise<void> => {
    await server.kill()
    await Promise.all(devices.map((device) => device.gone()))
    for (const line of server.output().split('\n')) if (line.includes('"level":"error"')) wrong(line)
    disk?.crash(dice)
  }

  try {
    await start()
    while (report.rounds < until && !stops()) {
      report.rounds++
      const places = placesOf(community, report.rounds, dice)
      const dying = writeUntil(options, server, dice, (watch) => {
        onAcknowledged = watch
      })
      await Promise.all(devices.map((device) => connect(device, places, dice)))
      await dying()
      onAcknowledged = () => {}
      await stop()
      if (dice() < 0.1) await dieStarting(server, dice, disk)
      await start()
      const questioned = [dice.pick(devices), dice.pick(devices)].filter((device) => device.cursor !== '')
      await ask({ ...places, devices: questioned, repeats: 60 })
      for (const device of devices) if (dice() < 0.4) device.forgetRooms()
      Object.assign(report, {
        edits: before.edits + promises.count.edits,
        commands: before.commands + promises.count.commands,
      })
      if (report.rounds % 10 === 0 || report.rounds === options.rounds)
        options.say?.(describe(report, options))
    }
    // What was lost once is missing ever after.
    if (stops()) return
    await Promise.all(
      devices.map((device) => connect(device, placesOf(community, report.rounds, dice), dice)),
    )
    await Promise.all(devices.map((device) => device.finish()))
    await ask({ rooms: promises.rooms.keys(), threads: community.threads, devices, repeats: 500 })
    await stop()
  } finally {
    await server.kill()
    for (const device of devices) device.close()
    disk?.close()
    process.off('exit', remove)
    remove()
  }
}

interface Places {
  rooms: string[]
  threads: string[]
  sessions: readonly string[]
}

/** Rooms that this round writes in: each comes again for a few rounds, then rests. */
function placesOf(community: Founded, round: number, dice: Dice): Places {
  const from = (round * 2) % community.sessions.length
  const rooms = Array.from({ length: roomsAtOnce }, (_, index) =>
    notesRoom(community.sessions[(from + index) % community.sessions.length]!),
  )
  const first = Math.floor(round / 2)
  const threads = Array.from(
    { length: threadsAtOnce },
    (_, index) => community.threads[(first + index) % community.threads.length]!,
  )
  return { rooms, threads, sessions: community.sessions.slice(0, 4 + dice.below(20)) }
}

function connect(device: Device, places: Places, dice: Dice): Promise<void> {
  const write = places.rooms.filter(() => dice() < 0.4)
  const read = [threadRoom(dice.pick(places.threads))]
  return device.connect({ write, read, commands: places })
}

/** Kills the server while it starts: migrating, catching up, or not yet doing anything. */
async function dieStarting(server: SoakServer, dice: Dice, disk: Disk | undefined): Promise<void> {
  const starting = server.start().catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, dice.below(900)))
  await server.kill()
  await starting
  disk?.crash(dice)
}

/**
 * Half of the deaths come after some time, half with an acknowledgement, at the moment when it arrives: what a server
 * sends too early is then most easily lost. @returns what resolves when the server has been told to die.
 */
function writeUntil(
  options: RoundsOptions,
  server: SoakServer,
  dice: Dice,
  watch: (onAcknowledged: () => void) => void,
): () => Promise<void> {
  const write = options.write ?? 700
  const counts = dice() < 0.5
  const after = counts ? 6 * write : 50 + dice.below(write)
  let left = counts ? 1 + dice.below(4 * write) : Number.POSITIVE_INFINITY
  let die = (): void => {}
  const dead = new Promise<void>((resolve) => {
    die = resolve
  })
  watch(() => {
    if (--left > 0 || server.pid === undefined) return
    left = Number.POSITIVE_INFINITY
    process.kill(server.pid, 'SIGKILL')
    die()
  })
  return async () => {
    const timer = setTimeout(die, after)
    await dead
    clearTimeout(timer)
  }
}

export function describe(report: RoundsReport, { rounds }: { rounds: number }): string {
  const count = (n: number): string => n.toLocaleString('en')
  const [edits, commands] = [count(report.edits), count(report.commands)]
  const starts = [...report.starts].sort((a, b) => a - b)
  const start = Math.round(starts[Math.floor(starts.length / 2)] ?? 0)
  return `round ${report.rounds} of ${rounds}: ${edits} edits and ${commands} commands acknowledged, ${report.wrong.length} broken promises; start ${start} ms`
}
