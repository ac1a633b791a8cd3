/**
 * The client's core in one value, as pages get it: `const core = useCore()`. A page reads and writes through it and
 * in no other way.
 */
import Dexie from 'dexie'
import {
  type Accessor,
  createComponent,
  createComputed,
  createContext,
  createMemo,
  createRoot,
  createSignal,
  type JSX,
  on,
  onCleanup,
  untrack,
  useContext,
} from 'solid-js'
import { unwrap } from 'solid-js/store'
import { uuidv7 } from '#shared/core/ids.ts'
import { usedFeatures } from '#shared/core/modules.ts'
import type { OwnWords } from '#shared/core/own.ts'
import type { ZipEntry } from '#shared/core/zip.ts'
import { communityId } from '#shared/features/accounts.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { type Behaviour, createBehaviour } from './behaviour.ts'
import { type Commands, createCommands } from './commands.ts'
import { databaseName, readMeta, whileOpen } from './database.ts'
import { createDocs, type Docs } from './docs.ts'
import { createDownloads, type Downloads } from './downloads.ts'
import type { ClientRegistry } from './feature.ts'
import { createFeed, type Feed } from './feed.ts'
import { createFiles, type Files } from './files.ts'
import { createHome, type Home, type Network } from './home.ts'
import { createLeases, type Leases } from './lease.ts'
import { createLibrary, type Library } from './library.ts'
import { createLive } from './live.ts'
import { ownBundle } from './own-bundle.ts'
import { dropWords } from './parting.ts'
import { createQueries, type Queries } from './queries.ts'
import { createSession, rememberedInfo, type Session } from './session.ts'
import { browserSurroundings, type Surroundings } from './surroundings.ts'
import { exportUnsent, type UnsentText, unsentTexts } from './unsent.ts'
import { refusedKey, unsentRooms } from './update-log.ts'
import { createVersion } from './version.ts'

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
  downloads: Downloads
  queries: Queries
  library: Library
  /** What may be opened while the server is away. */
  lease: Leases
  behaviour: Behaviour
  local: Local
  connection: Accessor<Connection>
  /** The server serves this version no longer: nothing is sent until the app has been updated. */
  outdated: Accessor<boolean>
  /** Does the community use this feature? What it does not use has no place, page or panel. */
  uses(feature: string): boolean
  /** Everything that this tab holds is in IndexedDB when it resolves. */
  flush(): Promise<void>
  /** Name of the open IndexedDB database, for workers. */
  database: Accessor<string>
  /** A UUIDv7. */
  newId(): string
  /** What has not reached the server, as Markdown that people can read. */
  exportUnsent(): Promise<Blob>
  /** Words in documents that the server does not have, or would not take. */
  unsentTexts(): Promise<UnsentText[]>
  /** Files of "everything of mine", as far as this device has it. */
  ownFiles(memberId: string, lang: 'zh' | 'en', words: OwnWords): AsyncIterable<ZipEntry>
}

const localPrefix = 'local:'

/** Opens the remembered member's database; the network is asked afterwards. */
export async function createCore(
  registry: ClientRegistry,
  given: Surroundings = browserSurroundings(),
): Promise<Core & { close(): Promise<void> }> {
  return createRoot((dispose) => {
    const version = createVersion(given, (outdated) => {
      if (outdated) untrack(home).permit(false)
      // Asks until the server serves us.
      void session.refresh()
    })
    const { around } = version
    const newId = (): string => uuidv7(around.now())
    const first = openHome(rememberedInfo(around.shelf).member?.id ?? null)
    const [home, setHome] = createSignal<Home>(first)
    const [network, setNetwork] = createSignal<Network>(first.network)
    createComputed(() => {
      const { onNetwork, network: state } = home()
      setNetwork({ ...state })
      onCleanup(onNetwork(() => setNetwork({ ...state })))
    })

    function openHome(memberId: string | null): Home {
      return createHome({
        around,
        registry,
        memberId,
        newId,
        onUnauthenticated: () => void session.refresh(),
      })
    }

    const session = createSession({
      around,
      async onConfirmed(memberId, ended) {
        const former = untrack(home)
        if (former.memberId !== memberId) {
          former.permit(false)
          setHome(openHome(memberId))
          await former.close()
        }
        if (memberId !== null && !ended) around.persist()
        untrack(home).permit(!ended && !untrack(version.outdated))
      },
      async onDiscard(memberId) {
        const name = databaseName(memberId)
        await Dexie.delete(name)
        dropWords(around.shelf, name)
      },
    })
    void session.refresh()

    const commands = createCommands(home, registry, newId)
    const documents = createLive(() => {
      const { db } = home()
      return async () => ({
        unsent: (await unsentRooms(db)).length,
        refused: await db.meta.where('key').startsWith(refusedKey('')).count(),
      })
    })
    const connection = createMemo(
      (): Connection => ({
        ...network(),
        waiting: commands.waiting() + (documents()?.unsent ?? 0),
        refused:
          commands.entries().filter((entry) => entry.state === 'refused' && !entry.again).length +
          (documents()?.refused ?? 0),
      }),
      { online: false, syncing: false, waiting: 0, refused: 0, readOnly: false, leader: false },
      { equals: (a, b) => (Object.keys(b) as (keyof Connection)[]).every((key) => a[key] === b[key]) },
    )

    const feed = createFeed(home, registry)
    const community = feed.row('community', () => communityId)
    const used = createMemo(() => {
      const { off } = settingsOf(community()?.data ?? session.info().community)
      return usedFeatures(registry.contracts, off)
    })
    const own = feed.row('members', () => session.info().member?.id)
    // Somebody changed what this member may do, or how they are called.
    createComputed(
      on(
        () => {
          const row = own()
          return row && !row.pending ? [row.data.role, row.data.name, row.data.handle].join(' ') : undefined
        },
        (said) => {
          const { member } = session.info()
          const known = member && [member.role, member.name, member.handle].join(' ')
          if (said !== undefined && known && said !== known) void session.refresh()
        },
      ),
    )

    const lease = createLeases({ around, session, online: () => connection().online })

    return {
      registry,
      session,
      commands,
      feed,
      docs: createDocs(home),
      files: createFiles(home, around),
      downloads: createDownloads(home, around),
      queries: createQueries(around),
      library: createLibrary(home),
      lease,
      behaviour: createBehaviour(home, around.now),
      local: {
        get: <T>(key: string) => whileOpen(readMeta<T>(untrack(home).db, localPrefix + key), undefined),
        set: async (key, value) => {
          const kept = { key: localPrefix + key, value: unwrap(value) }
          await whileOpen(untrack(home).db.meta.put(kept), undefined)
        },
        live: <T>(key: string) =>
          createLive(() => {
            const { db } = home()
            return () => readMeta<T>(db, localPrefix + key)
          }),
      },
      connection,
      outdated: version.outdated,
      uses: (feature) => used().has(feature),
      flush: () => untrack(home).rooms.flush(),
      database: () => home().db.name,
      newId,
      exportUnsent: () => exportUnsent(untrack(home).db),
      unsentTexts: () => unsentTexts(untrack(home).db),
      ownFiles: (...asked) => ownBundle(untrack(home).db, registry, ...asked),
      async close() {
        session.close()
        version.close()
        await untrack(home).close()
        dispose()
      },
    }
  })
}

/**
 * Has the browser ask before the page is left while something is not acknowledged.
 * @returns a function that ends it
 */
export function warnBeforeLeaving(core: Core): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (core.connection().waiting > 0) event.preventDefault()
  }
  window.addEventListener('beforeunload', ask)
  return () => window.removeEventListener('beforeunload', ask)
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
