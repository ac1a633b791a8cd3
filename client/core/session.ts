/**
 * Who is signed in. The last answer is remembered, so that the app opens as the same member without a network; a
 * session that the server ended pauses everything that is sent, and takes nothing from the device.
 */
import type { Accessor } from 'solid-js'
import type { Result } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'

export type SessionPath =
  | '/api/session'
  | '/api/sign-up'
  | '/api/setup'
  | '/api/password/forgot'
  | '/api/password/reset'

export interface Session {
  info: Accessor<SessionInfo>
  /** For the pure rules of contracts. */
  viewer: Accessor<Viewer>
  /** The server no longer knows this session: what waits is kept until the member signs in again. */
  ended: Accessor<boolean>
  /** Server time minus device time, ms, as last measured. */
  clockOffset: Accessor<number>
  /** Then the member's own database is in place. */
  post(path: SessionPath, body: unknown): Promise<Result<unknown>>
  /** Asks the server again; the remembered answer stays when it cannot be reached. */
  refresh(): Promise<void>
  /** `keep`: what is unsent stays on the device until the same member signs in again. Works offline. */
  signOut(how: { unsent: 'keep' | 'discard' }): Promise<void>
}
