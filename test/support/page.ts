import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { build, type Rolldown } from 'vite'
import solid from 'vite-plugin-solid'

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }

export interface ServedPage {
  url: string
  /** What was built, by path: the page's script is `/page.js`. */
  files: ReadonlyMap<string, string | Uint8Array>
  close(): Promise<void>
}

/**
 * Builds a script as the client is built and serves an empty page that runs it, on a loopback port under a policy. No
 * file is written; `close` ends the server.
 * @param script its path from the project's root
 */
export async function servePage(script: string, policy: string): Promise<ServedPage> {
  const root = join(import.meta.dirname, '../..')
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [solid()],
    worker: { format: 'es' },
    build: {
      write: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { page: join(root, script) },
        output: { entryFileNames: 'page.js' },
      },
    },
  })) as Rolldown.RolldownOutput
  const files = new Map(
    built.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  )
  const styles = [...files.keys()].filter((name) => name.endsWith('.css'))
  const links = styles.map((name) => `<link rel="stylesheet" href="${name}">`).join('')
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title>${links}<script type="module" src="/page.js"></script><body></body></html>`
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    const missing = file === undefined && request.url !== '/'
    response.writeHead(missing ? 204 : 200, {
      'content-type': types[extname(request.url ?? '')] ?? 'text/html; charset=utf-8',
      'content-security-policy': policy,
      // Together they make the page's clock exact to 5 µs.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    })
    response.end(missing ? '' : (file ?? page))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    files,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
