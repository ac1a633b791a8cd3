/**
 * Training beside the server instead of in its way: one worker thread and its helpers, its heap bounded, ended at once
 * when cancelled, in the middle of an epoch too. It starts the same way whatever the caller itself runs under.
 */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '#shared/core/result.ts'
import type { RefreshInput, RefreshResult } from './refresh.ts'
import type { TrainFault, TrainInput, TrainOptions, TrainProgress, TrainResult } from './train.ts'
import type { WorkerReport, WorkerTask } from './worker.ts'

export interface WorkerOptions {
  onProgress?: (progress: TrainProgress) => void
  signal?: AbortSignal
  /** Bound of the thread's heap in MB; the columns of the interactions are shared and not counted. */
  heapMegabytes?: number
  /** Told as often as there is progress: how much memory the thread has. */
  onMemory?: (bytes: number) => void
}

/** Like `train`, in a thread of its own. Throws only what is a bug in training. */
export function trainInWorker(
  input: TrainInput,
  options: TrainOptions,
  worker: WorkerOptions = {},
): Promise<Result<TrainResult, TrainFault>> {
  return inWorker<TrainResult>({ what: 'train', input, options }, worker)
}

/** Like `refresh`, in a thread of its own. */
export function refreshInWorker(
  input: RefreshInput,
  options: TrainOptions,
  worker: WorkerOptions = {},
): Promise<Result<RefreshResult, TrainFault>> {
  return inWorker<RefreshResult>({ what: 'refresh', input, options }, worker)
}

function inWorker<T>(
  task: WorkerTask,
  { onProgress, onMemory, signal, heapMegabytes = 512 }: WorkerOptions,
): Promise<Result<T, TrainFault>> {
  if (signal?.aborted === true) return Promise.resolve(fail('cancelled'))
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  return new Promise((resolve, reject) => {
    let cancelled = false
    const cancel = (): void => {
      cancelled = true
      void worker.terminate()
    }
    signal?.addEventListener('abort', cancel, { once: true })
    worker.on('message', (message: WorkerReport) => {
      onMemory?.(message.bytes)
      if ('progress' in message) onProgress?.(message.progress)
      else resolve(ok(message.result as T))
    })
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(fail('out_of_memory'))
      else reject(error)
    })
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', cancel)
      // Not before: whoever is told so may count on the processor and the memory.
      if (cancelled) resolve(fail('cancelled'))
      // Resolved long ago when all went well; a thread that ended without a result is a bug.
      reject(new Error(`The training thread ended with code ${code} and no result`))
    })
  })
}
