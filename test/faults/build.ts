/**
 * Makes the program that runs histories: server, client core and simulator in one bundle, with what no history can have
 * (threads, sockets of the system, argon2) replaced, and bounds lowered that a short history would never reach. Bugs can
 * be planted in it, each behind a switch of its own: the source stays as it is, and one bundle serves for all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'

export interface Change {
  /** From the project's root. */
  file: string
  /** Occurs once in the file. */
  find: string
  replace: string
}

export interface Planted extends Change {
  name: string
  /** What `find` and `replace` are. */
  kind: 'expression' | 'statement'
  /** A seed whose history finds it; absent: it takes more than sixty, and `soak -- histories --hunt`. */
  foundBy?: string
}

export interface Program {
  /** The script to run. */
  entry: string
  remove(): void
}

const root = join(import.meta.dirname, '../..')
const here = import.meta.dirname

/** Bounds that histories should reach, and live queries that only draw. */
const tuned: Change[] = [
  { file: 'server/core/docs.ts', find: 'const compactAbove = 100', replace: 'const compactAbove = 8' },
  {
    file: 'server/core/docs.ts',
    find: 'const compactOpenAbove = 2_000',
    replace: 'const compactOpenAbove = 30',
  },
  { file: 'server/core/feed.ts', find: 'const pageRows = 500', replace: 'const pageRows = 7' },
  { file: 'client/core/update-log.ts', find: 'const compactAbove = 60', replace: 'const compactAbove = 6' },
  { file: 'client/core/room.ts', find: 'const compactEvery = 200', replace: 'const compactEvery = 8' },
  {
    file: 'client/core/outbox.ts',
    find: 'export const batchCommands = 50',
    replace: 'export const batchCommands = 3',
  },
  {
    file: 'client/core/core.ts',
    find: 'library: createLibrary(home)',
    replace: 'library: undefined as never',
  },
  {
    file: 'client/core/core.ts',
    find: `unsent: (await unsentRooms(db)).length,
        refused: await db.meta.where('key').startsWith(refusedKey('')).count(),`,
    replace: 'unsent: db ? 0 : 0, refused: 0,',
  },
  {
    file: 'client/core/feed.ts',
    find: "return async () => (await readMeta<FeedMeta>(db, 'feed'))?.ready ?? false",
    replace: 'return async () => db !== undefined',
  },
]

/** @throws when a change does not fit the source any more. */
export async function buildProgram(planted: readonly Planted[] = []): Promise<Program> {
  const outDir = mkdtempSync(join(root, 'node_modules/.faults-'))
  const instead = (find: RegExp, file: string): { find: RegExp; replacement: string } => ({
    find,
    replacement: join(here, file),
  })
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [change([...tuned, ...toSwitches(planted)])],
    resolve: {
      alias: [
        { find: /^solid-js$/, replacement: join(root, 'node_modules/solid-js/dist/solid.js') },
        { find: /^solid-js\/store$/, replacement: join(root, 'node_modules/solid-js/store/dist/store.js') },
        instead(/^ws$/, 'ws.ts'),
        instead(/^node:worker_threads$/, 'threads.ts'),
        instead(/^@node-rs\/argon2$/, 'passwords.ts'),
        instead(/^.*train\/in-worker\.ts$/, 'training.ts'),
      ],
    },
    ssr: { noExternal: true, external: ['better-sqlite3', 'pg', 'nodemailer'] },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      outDir,
      emptyOutDir: true,
      rollupOptions: {
        input: join(here, 'launch.ts'),
        output: { entryFileNames: 'launch.mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  return {
    entry: join(outDir, 'launch.mjs'),
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  }
}

/** Bugs as changes: where several are planted at one place, each has its own switch. */
function toSwitches(bugs: readonly Planted[]): Change[] {
  const byPlace = new Map<string, Planted[]>()
  for (const bug of bugs) {
    const place = `${bug.file} ${bug.find}`
    byPlace.set(place, [...(byPlace.get(place) ?? []), bug])
  }
  return [...byPlace.values()].map((here) => {
    const { file, find } = here[0]!
    return { file, find, replace: here.reduce(toSwitch, find) }
  })
}

/** Has both, and asks at each moment which. */
function toSwitch(otherwise: string, { name, kind, replace }: Planted): string {
  const isOn = `globalThis.planted === ${JSON.stringify(name)}`
  return kind === 'expression'
    ? `(${isOn} ? (${replace}) : (${otherwise}))`
    : `if (${isOn}) {\n${replace}\n} else {\n${otherwise}\n}`
}

function change(changes: readonly Change[]): Plugin {
  const open = new Set(changes)
  return {
    name: 'changes',
    enforce: 'pre',
    transform(source, id) {
      const mine = changes.filter(({ file }) => id === join(root, file))
      if (mine.length === 0) return null
      let code = source
      for (const each of mine) {
        if (source.split(each.find).length !== 2) {
          throw new Error(`${each.file} does not have this once: ${each.find}`)
        }
        code = code.replace(each.find, () => each.replace)
        open.delete(each)
      }
      return { code, map: null }
    },
    buildEnd(error) {
      const [left] = open
      if (!error && left) throw new Error(`${left.file} is no part of the program`)
    },
  }
}
