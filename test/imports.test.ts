/**
 * Holds the import rules of the design: which room of the tree may see which. Type-only imports follow the same rules,
 * for a type that crosses a border is knowledge that crosses it. Tests may reach across.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The first line whose pattern fits a file says what it may import; $1 is the feature's own name. */
const rules: [room: RegExp, mayImport: string[]][] = [
  [/^shared\/core\//, ['shared/core/']],
  [/^shared\//, ['shared/']],
  [/^server\/core\//, ['shared/', 'server/core/']],
  [/^server\/train\//, ['shared/', 'server/core/', 'server/train/']],
  [/^server\/features\/index\.ts$/, ['shared/', 'server/core/', 'server/features/']],
  [
    /^server\/features\/([\w-]+)/,
    ['shared/', 'server/core/', 'server/train/', 'server/features/$1/', 'server/features/$1.'],
  ],
  [/^server\//, ['shared/', 'server/']],
  [/^client\/core\//, ['shared/', 'client/core/']],
  [/^client\/ui\//, ['client/ui/']],
  [/^client\/parts\//, ['shared/', 'client/core/', 'client/ui/', 'client/parts/']],
  [/^client\/worker\//, ['shared/', 'client/worker/', 'client/core/database.', 'client/core/database/']],
  [/^client\/features\/index\.tsx?$/, ['shared/', 'client/core/', 'client/ui/', 'client/features/']],
  [
    /^client\/features\/([\w-]+)/,
    [
      'shared/',
      'client/core/',
      'client/ui/',
      'client/parts/',
      'client/worker/',
      'client/features/$1/',
      'client/features/$1.',
    ],
  ],
  [/^client\//, ['shared/', 'client/']],
]

const importPattern = /\bfrom\s*(['"])(.+?)\1|\bimport\s*\(?\s*(['"])(.+?)\3/g

function violations(file: string, source: string): string[] {
  const match = rules.map(([room, mayImport]) => ({ own: room.exec(file), mayImport })).find(({ own }) => own)
  const allowed = (match?.mayImport ?? []).map((path) => path.replace('$1', match?.own?.[1] ?? ''))
  return [...source.matchAll(importPattern)].flatMap((found) => {
    const specifier = found[2] ?? found[4] ?? ''
    if (!/^[.#]/.test(specifier)) return []
    const target = specifier.startsWith('#') ? specifier.slice(1) : posix.join(posix.dirname(file), specifier)
    if (allowed.some((path) => target.startsWith(path))) return []
    const line = source.slice(0, found.index).split('\n').length
    return [`${file}:${line} imports ${target}; it may import ${allowed.join(', ') || 'nothing'}`]
  })
}

const sources = ['shared', 'server', 'client']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`),
  )
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(ts|tsx|js)$/.test(path) && !/\.(test\.tsx?|d\.ts)$/.test(path))

test('every file imports only what its room may see', () => {
  expect(sources.length).toBeGreaterThan(0)
  expect(sources.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})

test.each([
  ['shared/core/ids.ts', `import { a } from '#shared/features/notes.ts'`],
  ['shared/features/notes.ts', `import type { Db } from '#server/core/db.ts'`],
  ['server/core/db.ts', `import { notes } from '../features/notes.ts'`],
  ['server/train/als.ts', `import '#server/features/index.ts'`],
  ['server/features/notes.ts', `import { x } from './events.ts'`],
  ['server/features/notes/rooms.ts', `import { x } from '../notes-extra.ts'`],
  ['server/main.ts', `const x = await import('#client/main.tsx')`],
  ['client/core/feed.ts', `export { x } from '../features/notes/page.tsx'`],
  ['client/ui/button.tsx', `import { words } from '#shared/words/index.ts'`],
  ['client/worker/main.ts', `import { outbox } from '#client/core/commands.ts'`],
  ['client/features/notes/page.tsx', `import {\n  x,\n} from '#client/features/events/page.tsx'`],
  ['client/main.tsx', `import type { App } from '#server/app.ts'`],
])('%s may not say %s', (file, source) => {
  expect(violations(file, source)).toHaveLength(1)
})
