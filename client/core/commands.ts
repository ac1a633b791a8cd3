/**
 * What members do, as pages see it: typed acts go into the outbox and out of it. The machinery that sends them is
 * outbox.ts; this is its reactive face. Nothing here waits for the network except `settled`.
 */
import type { Accessor } from 'solid-js'
import type { Result } from '#shared/core/result.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import type { OutboxEntry } from './database.ts'

export type { OutboxEntry, OutboxState } from './database.ts'

export interface Commands {
  /**
   * Stored in the outbox, durably, before it resolves; sent by the leading tab. Rejects only when the device cannot
   * store it (disk full).
   * @returns the command's id
   */
  send<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    options?: { after?: string[]; id?: string },
  ): Promise<string>
  /** Everything that has not landed yet, oldest first. */
  entries: Accessor<OutboxEntry[]>
  /** How many wait to be acknowledged: on this device, sent or parked. */
  waiting: Accessor<number>
  /** Entries whose overlay concerns a room (drawn as pending posts). Those refused are among them. */
  waitingFor(room: () => string | undefined): Accessor<OutboxEntry[]>
  /** One command while it is in the outbox; `undefined` once it has landed and is forgotten. */
  entry(id: () => string | undefined): Accessor<OutboxEntry | undefined>
  /** Resolves when the server has answered: its data, or the refusal. Never rejects. For online-only forms. */
  settled(id: string): Promise<Result<unknown>>
  /**
   * A refused entry, edited, becomes a new command (new command id, same entity ids in the input); a parked one is
   * tried again. What was refused because of it goes with it.
   * @returns the new command's id
   */
  resend(id: string, input?: unknown): Promise<string>
  /** Forgets a command that was refused, parked or not sent yet; what depended on it is refused. */
  discard(id: string): Promise<void>
}
