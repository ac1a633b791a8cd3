import type { JSX } from 'solid-js'
import { followModel } from './model-file.ts'
import { followSharing } from './sharing.ts'

/** Draws nothing: keeps the model of this device fresh, and shares for those who opted in. */
export function Following(): JSX.Element {
  followModel()
  followSharing()
  return null
}
