/** `npm run lyceum -- …`: the command line. Paths in its arguments are relative to INIT_CWD, where the user stands. */
import { run } from './child.js'
import { ensureInstalled } from './install.js'

ensureInstalled()
run('server/cli.ts', process.argv.slice(2), { INIT_CWD: process.env.INIT_CWD || process.cwd() })
