/** `npm start`: the demo community in ./data-demo, from a bare checkout to a running server. */
import { ensureBuilt } from './build.js'
import { run } from './child.js'
import { ensureInstalled } from './install.js'

ensureInstalled()
ensureBuilt()
run('server/main.ts', ['--demo', ...process.argv.slice(2)], {
  DATA_DIR: process.env.DATA_DIR || './data-demo',
})
