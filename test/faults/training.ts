/** In the place of the thread that trains: no history is about it. */
import { fail, type Result } from '#shared/core/result.ts'

export function trainInWorker(): Promise<Result<never, 'cancelled'>> {
  return Promise.resolve(fail('cancelled'))
}

export function refreshInWorker(): Promise<Result<never, 'cancelled'>> {
  return Promise.resolve(fail('cancelled'))
}
