/** The training thread: takes its work from `workerData`, reports by message, ends. See in-worker.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { type TrainInput, type TrainOptions, type TrainProgress, type TrainResult, train } from './train.ts'

export type WorkerReport = { progress: TrainProgress } | { result: TrainResult }

const { input, options } = workerData as { input: TrainInput; options: TrainOptions }
const report = (message: WorkerReport): void => parentPort?.postMessage(message)

const trained = await train(input, options, (progress) => report({ progress }))
// Without a signal training cannot be cancelled from inside: the caller ends the thread.
if (trained.ok) report({ result: trained.value })
