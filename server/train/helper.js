/** A thread that helps the trainer: takes chunks of whatever pass is under way until told to stop. See team.ts. */
import { workerData } from 'node:worker_threads'
import { chunkWorker, currentPass, finishChunk, places, takeChunk } from './chunk.js'

const { module, memory, plan, thread } = workerData
/** @type {Int32Array} */
const control = workerData.control
const { WebAssembly } = /** @type {any} */ (globalThis)
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
const work = chunkWorker(exports, memory.buffer, plan, thread)

/** Whoever asked for help and went away without a word is not waited for. */
const patience = 60_000

for (;;) {
  const pass = currentPass(control)
  if (Atomics.load(control, places.stop) === 1) break
  for (let chunk = takeChunk(control, pass); chunk >= 0; chunk = takeChunk(control, pass)) {
    try {
      work(pass, chunk)
    } catch (error) {
      Atomics.store(control, places.failed, 1)
      throw error
    } finally {
      finishChunk(control)
    }
  }
  if (Atomics.wait(control, places.pass, pass.number, patience) === 'timed-out') break
}
