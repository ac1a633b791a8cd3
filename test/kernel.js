/**
 * `npm run kernel`: compiles shared/recommend/kernel/assembly (AssemblyScript) into module.ts beside it, which is
 * committed, so that nobody needs the compiler to run or build the app. A test holds the two together.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../server/bin/install.js'

const folder = join(root, 'shared/recommend/kernel')
const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js')
const run = promisify(execFile)

/** @returns {Promise<string>} the text of module.ts */
export async function compiledKernel() {
  const [alone, shared] = await Promise.all([compile([]), compile(['--sharedMemory'])])
  const differing = [...alone.keys()].filter((at) => alone[at] !== shared[at])
  const [at] = differing
  if (alone.length !== shared.length || at === undefined || differing.length > 1) {
    throw new Error('More than the flag of shared memory tells the two modules apart')
  }
  return `// Written by \`npm run kernel\` from assembly/; not to be edited.

/** The byte that says whether the module's memory is shared, and what it is then. */
export const sharedFlag = { at: ${at}, value: ${shared[at]} }

/** ${alone.length} bytes of WebAssembly, in base64. */
export const module =
  '${Buffer.from(alone).toString('base64')}'
`
}

/** @param {string[]} more */
async function compile(more) {
  const out = join(mkdtempSync(join(tmpdir(), 'lyceum-kernel-')), 'kernel.wasm')
  const options = ['--outFile', out, '--runtime', 'stub', '--enable', 'simd,threads', '-O3', '--converge']
  const memory = ['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--noExportMemory']
  try {
    await run(process.execPath, [compiler, 'assembly/index.ts', ...options, ...memory, ...more], {
      cwd: folder,
    })
    return readFileSync(out)
  } finally {
    rmSync(dirname(out), { recursive: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(folder, 'module.ts'), await compiledKernel())
}
