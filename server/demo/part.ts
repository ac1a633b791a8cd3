/** What a feature adds to the demo: acts, each at its time, that are lived among all others in order. */
import type { Member } from '#shared/core/viewer.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import type { Community } from '../app.ts'

export interface DemoContext {
  /** When the demo is seeded: everything lies before it, or is planned after it. */
  now: number
  community: Community
  /** @throws when nobody is called so */
  member(handle: string): Member
  /** As that member, at the moment of the act. @throws when it is refused */
  send<N extends CommandName>(handle: string, name: N, input: CommandInput<N>): Promise<unknown>
  /** Rows of any feature, as they are at the moment of the act. */
  rows<R>(table: string): Promise<{ id: string; data: R }[]>
}

export interface DemoAct {
  at: number
  act(): Promise<unknown>
}

export type DemoPart = (context: DemoContext) => DemoAct[]
