/** The training thread: takes its work from `workerData`, reports by message, ends. See in-worker.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { type RefreshInput, type RefreshResult, refresh } from './refresh.ts'
import { type TrainInput, type TrainOptions, type TrainProgress, type TrainResult, train } from './train.ts'

/** With each report, how much memory the thread has now. */
export type WorkerReport = { bytes: number } & (
  | { progress: TrainProgress }
  | { result: TrainResult | RefreshResult }
)

export type WorkerTask =
  | { what: 'train'; input: TrainInput; options: TrainOptions }
  | { what: 'refresh'; input: RefreshInput; options: TrainOptions }

const task = workerData as WorkerTask
const memory = (): number => {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

if (task.what === 'refresh') {
  const result = await refresh(task.input, task.options)
  parentPort?.postMessage({ bytes: memory(), result } satisfies WorkerReport)
} else {
  const trained = await train(task.input, task.options, (progress) =>
    parentPort?.postMessage({ bytes: memory(), progress } satisfies WorkerReport),
  )
  // Without a signal training cannot be cancelled from inside: the caller ends the thread.
  if (trained.ok) parentPort?.postMessage({ bytes: memory(), result: trained.value } satisfies WorkerReport)
}
