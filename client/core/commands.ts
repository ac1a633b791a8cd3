/**
 * What members do, as pages see it: typed acts go into the outbox and out of it. The machinery that sends them is
 * outbox.ts; this is its reactive face. Nothing here waits for the network except `settled`.
 */
import { type Accessor, createMemo, untrack } from 'solid-js'
import type { Result } from '#shared/core/result.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import type { OutboxEntry, OutboxRow } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import type { Home } from './home.ts'
import { createLiveList } from './live.ts'
import { isUnacknowledged } from './outbox.ts'
import { roomOf } from './overlays.ts'

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

export function createCommands(
  home: Accessor<Home>,
  registry: ClientRegistry,
  newId: () => string,
): Commands {
  const list = createLiveList<OutboxRow>(
    () => {
      const { db } = home()
      return () => db.outbox.orderBy('order').toArray()
    },
    { scope: home },
  )
  const entries = (): OutboxEntry[] => list() ?? []
  const waiting = createMemo(() => entries().filter(isUnacknowledged).length)

  return {
    async send(name, input, options = {}) {
      const id = options.id ?? newId()
      const [feature = '', command = ''] = name.split('.', 2)
      const contract = registry.contracts[feature]?.commands[command]
      if (!contract) throw new Error(`no command is named ${name}`)
      const lane = `${feature}/${contract.lane(input)}`
      await untrack(home).send({
        id,
        name,
        input: JSON.parse(JSON.stringify(input)),
        after: options.after ?? [],
        lane,
      })
      return id
    },
    entries,
    waiting,
    waitingFor(room) {
      const found = createMemo(() => {
        const name = room()
        return name === undefined ? [] : entries().filter((entry) => roomOf(registry, entry) === name)
      })
      return found
    },
    entry(id) {
      const found = createMemo(() => entries().find((entry) => entry.id === id()))
      return found
    },
    settled: (id) => untrack(home).settled(id),
    resend: (id, input) => untrack(home).resend(id, input),
    discard: (id) => untrack(home).discard(id),
  }
}
