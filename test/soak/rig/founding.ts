/** A small community for soaks: members who are signed in, a conference whose sessions have notes, a few threads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCommunity } from '#server/app.ts'
import { openSqlite } from '#server/core/db.ts'
import type { Services } from '#server/core/services.ts'
import { createLog, readEnv } from '#server/env.ts'
import { createMember } from '#server/features/accounts/index.ts'
import { features } from '#server/features/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Role } from '#shared/core/viewer.ts'

export interface Person {
  id: string
  role: Role
  /** The value of a `cookie` header. */
  cookie: string
}

export interface Founded {
  members: Person[]
  sessions: string[]
  threads: string[]
}

/** Of the first member, `soaker-0@example.org`; the others have none. */
export const foundersPassword = 'a password for soaking'

/** Makes the community in an empty folder and leaves it tidily closed. */
export async function found(
  dataDir: string,
  options: { members: number; sessions: number; threads: number },
): Promise<Founded> {
  const env = readEnv({ DATA_DIR: dataDir, LOG_LEVEL: 'error' })
  const database = openSqlite(join(dataDir, 'lyceum.sqlite'))
  const community = await openCommunity({ database, env, log: createLog('error') })
  const { services } = community
  try {
    const members: Person[] = []
    for (let number = 0; number < options.members; number++) {
      const role: Role = number === 0 ? 'owner' : 'member'
      const handle = `soaker-${number}`
      const created = await createMember(services, {
        handle,
        name: handle,
        email: `${handle}@example.org`,
        role,
        ...(number === 0 ? { password: foundersPassword } : {}),
      })
      if (!created.ok) throw new Error(created.error.message)
      const { token } = await services.sessions.open(created.value.id, 'soak')
      members.push({ id: created.value.id, role, cookie: services.sessions.cookie(token).split(';')[0]! })
    }
    await importConference(services, options.sessions)
    const sessions = (await services.read((reader) => reader.rows('sessions'))).map((row) => row.id).sort()
    if (sessions.length !== options.sessions) throw new Error(`${sessions.length} sessions were imported`)
    const threads: string[] = []
    for (let number = 0; number < options.threads; number++) {
      const threadId = uuidv7()
      threads.push(threadId)
      const input = {
        threadId,
        postId: uuidv7(),
        title: `Thread ${number}`,
        kind: 'talk',
        subject: null,
        tags: [],
        body: 'Opened.',
      }
      const envelope = { id: uuidv7(), name: 'discussions.open_thread', input, at: Date.now() }
      const result = await services.execute(members[0]!, envelope)
      if (!result.ok) throw new Error(result.message)
    }
    await community.quiesce()
    return { members, sessions, threads }
  } finally {
    await community.close()
  }
}

async function importConference(services: Services, sessions: number): Promise<void> {
  const start = (index: number): string => {
    const minutes = index * 2
    return `${String(8 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  }
  const hall = Array.from({ length: sessions }, (_, index) => ({
    guid: `soak-session-${index}`,
    id: index,
    date: `2026-12-27T${start(index)}:00+01:00`,
    start: start(index),
    duration: '0:02',
    room: 'Hall',
    title: `Session ${index}`,
  }))
  const conference = {
    acronym: 'soak',
    title: 'Soak',
    start: '2026-12-27',
    end: '2026-12-27',
    time_zone_name: 'Europe/Berlin',
    days: [{ index: 1, date: '2026-12-27', rooms: { Hall: hall } }],
  }
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-soak-'))
  try {
    const path = join(folder, 'schedule.json')
    writeFileSync(path, JSON.stringify({ schedule: { conference } }))
    const report = await features.events.imports!.schedule!(services, path)
    if (report.skipped.length > 0) throw new Error(JSON.stringify(report.skipped[0]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
