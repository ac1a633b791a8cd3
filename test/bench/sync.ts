/**
 * `npm run bench -- sync [work …] [--quick] [--profile FOLDER]`: our server beside Hocuspocus and the server of
 * y-websocket, in turns on this machine, driven by the same clients, which speak each server's protocol without keeping
 * documents. Servers run as processes of their own; their CPU is what the kernel counts for them. Every text that was
 * typed is read back and compared.
 *
 * Hocuspocus stores as it does by default: whole documents, 2 to 10 s late, SQLite with a rollback journal and
 * `synchronous=FULL`; what it acknowledges is in memory. Our acknowledgements are on the disk.
 */
import type { BenchRow } from './run.js'
import { article } from './sync/article-work.ts'
import type { Bench, Work } from './sync/bench.ts'
import { endWithLauncher } from './sync/children.ts'
import { crowds } from './sync/crowd-works.ts'
import { guard } from './sync/guard-work.ts'
import { hostile } from './sync/hostile-work.ts'
import { startLoader } from './sync/loader.ts'
import { manyRooms } from './sync/open-works.ts'
import { printProfiles, profileFolder } from './sync/profile.ts'
import { installPeers } from './sync/servers.ts'
import { thread } from './sync/thread-work.ts'
import { traces } from './sync/trace-works.ts'
import { attendees, fiftyByFour, paced } from './sync/typing-works.ts'

const works: Record<string, Work> = {
  '50x4': fiftyByFour,
  paced,
  attendees,
  hostile,
  guard,
  rooms: manyRooms,
  thread,
  article,
  sockets: crowds,
  traces,
}

export async function run(args: string[]): Promise<BenchRow[]> {
  const profileAt = args.indexOf('--profile')
  const profile = profileAt < 0 ? undefined : profileFolder(args[profileAt + 1] ?? 'profiles')
  const profiles = new Set<string>()
  const named = args.filter((arg, i) => !arg.startsWith('-') && (profileAt < 0 || i !== profileAt + 1))
  const unknown = named.find((name) => !Object.hasOwn(works, name))
  if (unknown !== undefined) {
    throw new Error(`sync has no work ${unknown}; it has ${Object.keys(works).join(', ')}`)
  }
  endWithLauncher()
  installPeers()
  const loader = startLoader()
  const bench: Bench = { loader, quick: args.includes('--quick'), profile }
  const rows: BenchRow[] = []
  try {
    for (const name of named.length > 0 ? named : Object.keys(works)) {
      const start = performance.now()
      const measured = await works[name]!(bench)
      for (const row of measured) {
        const { work, value, unit, peer, peerValue, ratio } = row
        console.log(`  ${work}: ${value} ${unit}${peer ? `; ${peer}: ${peerValue}; ×${ratio}` : ''}`)
      }
      console.log(`  (${name} took ${Math.round((performance.now() - start) / 1000)} s)`)
      if (profile) printProfiles(profile, profiles)
      rows.push(...measured)
    }
  } finally {
    loader.stop()
  }
  return rows
}
