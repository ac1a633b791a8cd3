/** Entry of the process that runs histories. The process is made ready before anything is loaded that may look at it. */
import { installDisk } from './disk.ts'
import { installMachine } from './machine.ts'

installMachine()
installDisk()
await import('./child.ts')
