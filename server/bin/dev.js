/** `npm run dev`: the demo community on one port, reloading as files change. */
import { run } from './child.js'
import { ensureInstalled } from './install.js'

ensureInstalled()
run('server/dev.ts', process.argv.slice(2), { DATA_DIR: process.env.DATA_DIR || './data-demo' })
