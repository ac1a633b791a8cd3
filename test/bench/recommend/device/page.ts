/** Runs in the browser: hands the worker to `window.device`. */
import { type Remote, wrap } from 'comlink'
import type { Device } from './worker.ts'

declare global {
  interface Window {
    device: Remote<Device>
  }
}
window.device = wrap<Device>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }))
