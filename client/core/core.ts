/**
 * The client's core in one value, as pages get it: `const core = useCore()`. A page reads and writes through it and
 * in no other way.
 */
import { type Accessor, createComponent, createContext, type JSX, useContext } from 'solid-js'
import type { Behaviour } from './behaviour.ts'
import type { Commands } from './commands.ts'
import type { Docs } from './docs.ts'
import type { ClientRegistry } from './feature.ts'
import type { Feed } from './feed.ts'
import type { Files } from './files.ts'
import type { Library } from './library.ts'
import type { Queries } from './queries.ts'
import type { Session } from './session.ts'

export interface Connection {
  /** The server answers: the socket is open, or the last request came through. */
  online: boolean
  /** Something is on its way in or out. */
  syncing: boolean
  /** Acts and edited documents that the server has not acknowledged. */
  waiting: number
  /** Acts and documents that it refused, until the member decides. */
  refused: number
  /** The server takes no writes at the moment. */
  readOnly: boolean
  /** This tab does the sending for all tabs. */
  leader: boolean
}

/** Values of this device and member only; never sent. */
export interface Local {
  get<T>(key: string): Promise<T | undefined>
  set<T>(key: string, value: T): Promise<void>
  live<T>(key: string): Accessor<T | undefined>
}

export interface Core {
  registry: ClientRegistry
  session: Session
  commands: Commands
  feed: Feed
  docs: Docs
  files: Files
  queries: Queries
  library: Library
  behaviour: Behaviour
  local: Local
  connection: Accessor<Connection>
  /** Name of the open IndexedDB database, for workers. */
  database: Accessor<string>
  /** A UUIDv7. */
  newId(): string
  /** What has not reached the server, as Markdown that people can read. */
  exportUnsent(): Promise<Blob>
}

const CoreContext = createContext<Core>()

export function CoreProvider(props: { core: Core; children: JSX.Element }): JSX.Element {
  return createComponent(CoreContext.Provider, {
    get value() {
      return props.core
    },
    get children() {
      return props.children
    },
  })
}

export function useCore(): Core {
  const core = useContext(CoreContext)
  if (!core) throw new Error('useCore outside CoreProvider')
  return core
}
