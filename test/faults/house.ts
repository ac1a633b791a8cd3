/**
 * The server in a history: the real one, on the real SQLite, over a disk that forgets what was not synced. It starts
 * from a file that holds a small community, made once a process.
 */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { type Community, openCommunity } from '#server/app.ts'
import { openSqlite } from '#server/core/db.ts'
import type { Env, Log } from '#server/core/services.ts'
import { createMember } from '#server/features/accounts/index.ts'
import { hashPassword, isPassword } from '#server/features/accounts/secrets.ts'
import type { Role } from '#shared/core/viewer.ts'
import { createDevice, type DeviceContents } from './device.ts'
import { createDisk, type Disk } from './disk.ts'
import { createMachine, type Machine, type Owner } from './machine.ts'
import { createNetwork, type Network } from './network.ts'
import { registryOf } from './registry.ts'
import { useMachine } from './storage.ts'

export const origin = 'http://127.0.0.1:8787'
export const password = 'correct horse battery'
export const startOfTime = Date.UTC(2026, 4, 4, 8)

const env: Env = {
  port: 8787,
  host: '127.0.0.1',
  dataDir: '/nonexistent',
  databaseUrl: undefined,
  publicUrl: origin,
  secret: 'a secret of the tests',
  logLevel: 'info',
  mailUrl: undefined,
  mailFrom: 'test@localhost',
}

export interface Person {
  id: string
  handle: string
  role: Role
  /** Cookies of sessions that are open at the start, one for each device. */
  cookies: string[]
}

export interface Template {
  file: Uint8Array
  /** What devices hold that were here before, by the person's handle. */
  devices: ReadonlyMap<string, DeviceContents>
  people: Person[]
  /** Their notes can be written in. */
  sessions: string[]
  threadId: string
  /** Open invitations, which moderators see. */
  invites: string[]
}

/** A loop that is never late. */
const calm = (): { p50: number; p99: number } => ({ p50: 0, p99: 0 })

export interface House {
  readonly community: Community
  readonly owner: Owner
  readonly up: boolean
  /** Of the database file. */
  readonly path: string
  readonly starts: number
  /** Reads what is committed, by its own connection. */
  readonly reader: Sqlite.Database
  start(): Promise<void>
  crash(power: boolean): void
  stop(): Promise<void>
  end(): void
}

export interface HouseHooks {
  /** A sync begins; the result is called when it has ended. */
  began(reader: () => Sqlite.Database): () => void
  onLog(level: 'warn' | 'error', line: string): void
}

export function createHouse(machine: Machine, network: Network, file: Uint8Array, hooks: HouseHooks): House {
  let disk: Disk = createDisk(machine, { main: file }, { began: () => hooks.began(() => house.reader) })
  let owner = machine.owner('server')
  let community: Community | undefined
  let reader: Sqlite.Database | undefined
  let close = (): void => {}
  let starts = 0
  const say =
    (level: 'warn' | 'error') =>
    (message: string, fields?: object): void =>
      hooks.onLog(level, `${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { debug: () => {}, info: () => {}, warn: say('warn'), error: say('error') }

  function closeReader(): void {
    reader?.close()
    reader = undefined
  }

  const house: House = {
    get path() {
      return disk.path
    },
    get community() {
      if (!community) throw new Error('the server is down')
      return community
    },
    get owner() {
      return owner
    },
    get up() {
      return network.listening !== undefined
    },
    get starts() {
      return starts
    },
    get reader() {
      reader ??= new Sqlite(disk.path, { readonly: true })
      return reader
    },
    start() {
      starts++
      const mine = owner
      return machine.begin(owner, async () => {
        const database = openSqlite(disk.path)
        close = () => void database.kysely.destroy()
        const opened = await openCommunity({
          database,
          env,
          log,
          now: () => Math.floor(machine.now),
          gauge: calm,
        })
        if (!mine.alive) return
        community = opened
        const server = new EventEmitter()
        opened.attach(server as never)
        network.listening = { owner: mine, server, fetch: async (request) => opened.app.fetch(request) }
      })
    },
    crash(power) {
      owner.alive = false
      network.breakAll(power && machine.current.dice.chance(0.5))
      community = undefined
      const next = disk.crash(power)
      closeReader()
      close()
      disk.remove()
      disk = next
      owner = machine.owner(`server ${starts}`)
    },
    async stop() {
      network.listening = undefined
      closeReader()
      await community?.close()
      closeReader()
      community = undefined
      network.breakAll(false)
      owner.alive = false
      owner = machine.owner(`server ${starts}`)
      const next = disk.crash(false)
      disk.remove()
      disk = next
    },
    end() {
      owner.alive = false
      closeReader()
      close()
      disk.remove()
    },
  }
  return house
}

const roles: [string, Role][] = [
  ['olga', 'owner'],
  ['mo', 'moderator'],
  ['ann', 'member'],
  ['ben', 'member'],
  ['cai', 'author'],
]
const devicesEach = 4

/** A community with five members, an event with two sessions, and a thread; each member has looked at it once. */
export async function createTemplate(): Promise<Template> {
  const fail = (what: unknown): void => {
    throw new Error(`the template cannot be made: ${String(what)}`)
  }
  const machine = createMachine('template', startOfTime - 86_400_000, fail)
  useMachine(machine)
  const network = createNetwork(machine)
  const house = createHouse(machine, network, new Uint8Array(0), {
    began: () => () => {},
    onLog: (level, line) => level === 'error' && fail(line),
  })
  let made: Omit<Template, 'file' | 'devices'> | undefined
  void machine.begin(machine.owner('template'), async () => {
    made = await make(house)
  })
  await machine.run(5_000)
  if (!made) throw new Error('the template cannot be made')
  const devices = new Map<string, DeviceContents>()
  for (const { handle, cookies } of made.people) {
    const device = createDevice(machine, network, {
      name: handle,
      origin,
      registry: registryOf(true),
      cookie: cookies.pop()!,
    })
    const tab = device.open()
    await machine.run(5_000)
    tab.kill(true)
    await machine.run(100)
    devices.set(handle, device.contents())
  }
  void machine.begin(house.owner, () => house.stop())
  await machine.run(1_000)
  const file = readFileSync(house.path)
  house.end()
  return { ...made, file, devices }
}

async function make(house: House): Promise<Omit<Template, 'file' | 'devices'>> {
  await house.start()
  const { services } = house.community
  const passwordHash = await hashPassword(password)
  // Makes the decoy, once a process: the first history that needed one would draw other dice than when played again.
  await isPassword(undefined, password)
  const people: Person[] = []
  for (const [handle, role] of roles) {
    const created = await createMember(services, {
      handle,
      name: handle,
      email: `${handle}@example.org`,
      role,
      language: 'en',
    })
    if (!created.ok) throw new Error(created.error.message)
    const { id } = created.value
    const cookies: string[] = []
    for (let i = 0; i <= devicesEach; i++) {
      const { token } = await services.sessions.open(id, `device ${i}`)
      cookies.push(services.sessions.cookie(token).split(';')[0]!)
    }
    people.push({ id, handle, role, cookies })
  }
  await services.transact(async (tx) => {
    await tx
      .tables<{ accounts_member: { password_hash: string } }>()
      .updateTable('accounts_member')
      .set({ password_hash: passwordHash })
      .execute()
    const times = { start: tx.now, end: tx.now + 3_600_000 }
    await tx.publish('events', 'event', {
      id: 'event',
      slug: 'event',
      title: 'Event',
      description: '',
      ...times,
      timeZone: 'UTC',
      place: '',
      url: null,
      rooms: [],
      tracks: [],
      days: [],
      access: 'members',
      going: 0,
    })
    for (const id of ['s1', 's2']) {
      await tx.publish('sessions', id, {
        id,
        eventId: 'event',
        day: '',
        ...times,
        room: '',
        track: '',
        type: '',
        lang: '',
        title: id,
        subtitle: '',
        abstract: '',
        description: '',
        persons: [],
        url: null,
        access: 'members',
      })
    }
  })
  const [olga, ann] = [people[0]!, people[2]!]
  const execute = async (person: Person, n: number, name: string, input: object): Promise<void> => {
    const { id, role } = person
    const done = await services.execute({ id, role }, { id: idOf(n), name, input, at: services.now() })
    if (!done.ok) throw new Error(done.message)
  }
  const [threadId, invite] = [idOf(1), idOf(2)]
  await execute(ann, 3, 'discussions.open_thread', {
    threadId,
    postId: idOf(4),
    title: 'First',
    kind: 'question',
    subject: null,
    tags: [],
    body: 'first',
  })
  await execute(olga, 5, 'accounts.invite', { id: invite, role: 'author', note: '', uses: 1, days: 365 })
  return { people, sessions: ['s1', 's2'], threadId, invites: [invite] }
}

function idOf(n: number): string {
  return `019d0000-0000-7000-8000-${String(n).padStart(12, '0')}`
}
