/** Every feature's contract, by name, and the types that follow: which commands, rows, facts and queries exist. */
import type {
  CommandContract,
  Contract,
  FactOf,
  InputOf,
  QueryInputOf,
  QueryOutputOf,
  RowOf,
} from '../core/contract.ts'
import { accounts } from './accounts.ts'
import { analytics } from './analytics.ts'
import { articles } from './articles.ts'
import { courses } from './courses.ts'
import { discussions } from './discussions.ts'
import { events } from './events.ts'
import { groups } from './groups.ts'
import { growth } from './growth.ts'
import { library } from './library.ts'
import { media } from './media.ts'
import { memberships } from './memberships.ts'
import { moderation } from './moderation.ts'
import { notes } from './notes.ts'
import { notifications } from './notifications.ts'
import { pictures } from './pictures.ts'
import { planning } from './planning.ts'
import { profiles } from './profiles.ts'
import { recommendations } from './recommendations.ts'
import { recovery } from './recovery.ts'
import { search } from './search.ts'

export const contracts = {
  accounts,
  analytics,
  articles,
  courses,
  discussions,
  events,
  memberships,
  groups,
  growth,
  library,
  media,
  moderation,
  notes,
  notifications,
  pictures,
  planning,
  profiles,
  recommendations,
  recovery,
  search,
} as const

export type Contracts = typeof contracts
export type FeatureName = keyof Contracts

type Part<P extends 'commands' | 'rows' | 'queries' | 'facts'> = {
  [F in FeatureName]: { [K in keyof Contracts[F][P] & string as `${F}.${K}`]: Contracts[F][P][K] }
}[FeatureName]
type Merge<U> = (U extends unknown ? (part: U) => void : never) extends (merged: infer M) => void ? M : never

type AllCommands = Merge<Part<'commands'>>
type AllFacts = Merge<Part<'facts'>>
type AllQueries = Merge<Part<'queries'>>
type AllRows = Merge<{ [F in FeatureName]: Contracts[F]['rows'] }[FeatureName]>

/** `discussions.post` */
export type CommandName = keyof AllCommands & string
export type CommandInput<N extends CommandName> = InputOf<AllCommands[N]>
/** Tables of the feed; names are unique over all features. */
export type TableName = keyof AllRows & string
export type Row<T extends TableName> = RowOf<AllRows[T]>
export type FactName = keyof AllFacts & string
export type Fact<N extends FactName> = FactOf<AllFacts[N]>
export type QueryName = keyof AllQueries & string
export type QueryInput<N extends QueryName> = QueryInputOf<AllQueries[N]>
export type QueryOutput<N extends QueryName> = QueryOutputOf<AllQueries[N]>

export function commandContract(name: string): CommandContract | undefined {
  const [feature, command] = name.split('.', 2)
  const contract: Contract | undefined = Object.hasOwn(contracts, feature ?? '')
    ? contracts[feature as FeatureName]
    : undefined
  const commands = contract?.commands ?? {}
  return command !== undefined && Object.hasOwn(commands, command) ? commands[command] : undefined
}
