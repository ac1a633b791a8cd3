/** `npm run serve`: production, with an empty community in ./data at first. */
import { ensureBuilt } from './build.js'
import { run } from './child.js'
import { ensureInstalled } from './install.js'

ensureInstalled()
ensureBuilt()
run('server/main.ts', process.argv.slice(2), {
  DATA_DIR: process.env.DATA_DIR || './data',
  NODE_ENV: process.env.NODE_ENV || 'production',
})
