/**
 * Shares the passes of training out among threads. The thread that trains works like any other, so everything gets
 * done also where helpers cannot be had; it never waits longer than for the chunks that helpers have in hand.
 */
import { Worker } from 'node:worker_threads'
import type { Kernel } from '#shared/recommend/kernel/kernel.ts'
import { chunkWorker, currentPass, finishChunk, operations, places, takeChunk } from './chunk.js'
import type { Plan } from './workspace.ts'

export type Operation = keyof typeof operations

/** Which chunks of a side: of its list of bounds, or all of its slots. */
export interface Part {
  side: 0 | 1
  chunk: number
  chunks: number
  /** The number of the pair that the side's lists begin with. */
  pair: number
}

export interface Team {
  /** Yields after each chunk of its own that was done, the share done of all; at its end the whole pass is done. */
  run(operation: Operation, part: Part): Generator<number, void, void>
  close(): void
}

/** @param threads including this one; helpers need a kernel that can be shared */
export function createTeam(kernel: Kernel, plan: Plan, threads: number): Team {
  const control = new Int32Array(new SharedArrayBuffer(64))
  const work = chunkWorker(kernel, kernel.buffer, plan, 0)
  for (let thread = 1; thread < threads; thread++) {
    const helper = new Worker(new URL('./helper.js', import.meta.url), {
      workerData: { ...kernel.compiled, control, plan, thread },
      execArgv: [],
    })
    // A helper that fails while it has a chunk in hand says so in `failed`; one that never began is not missed.
    helper.on('error', () => {})
    helper.unref()
  }

  function begin(operation: Operation, { side, chunk, chunks, pair }: Part): void {
    const first = Atomics.load(control, places.next)
    Atomics.add(control, places.pass, 1)
    Atomics.store(control, places.first, first)
    Atomics.store(control, places.end, first + chunks)
    Atomics.store(control, places.operation, operations[operation])
    Atomics.store(control, places.side, side)
    Atomics.store(control, places.chunk, chunk)
    Atomics.store(control, places.pair, pair)
    Atomics.add(control, places.pass, 1)
    Atomics.notify(control, places.pass)
  }

  return {
    *run(operation, part) {
      begin(operation, part)
      const pass = currentPass(control)
      for (let chunk = takeChunk(control, pass); chunk >= 0; chunk = takeChunk(control, pass)) {
        work(pass, chunk)
        finishChunk(control)
        yield (Atomics.load(control, places.finished) - pass.first) / part.chunks
      }
      for (;;) {
        const finished = Atomics.load(control, places.finished)
        if (Atomics.load(control, places.failed) === 1) throw new Error('A helping thread failed')
        if (finished === pass.end) return
        Atomics.wait(control, places.finished, finished)
      }
    },
    close() {
      Atomics.store(control, places.stop, 1)
      Atomics.add(control, places.pass, 2)
      Atomics.notify(control, places.pass)
    },
  }
}
