/**
 * The server half of a feature, as the type that its contract demands. Core knows features only through this:
 * tables, command handlers, audiences, document rules, queries, screens, reactions to facts, jobs, routes and
 * public pages. A contract's command without a handler, a row without an audience, a document or query
 * without an access rule does not compile.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: core hands on inputs and rows whose types only the feature knows; ServerHalf types them there
import type { Context } from 'hono'
import type { ColumnDataType, Kysely } from 'kysely'
import type * as Y from 'yjs'
import type { Contract, FactOf, InputOf, QueryInputOf, QueryOutputOf, RowOf } from '#shared/core/contract.ts'
import type { OwnFile, OwnSource } from '#shared/core/own.ts'
import type { Refusal, Result } from '#shared/core/result.ts'
import type { Audience, Member, Role, Viewer } from '#shared/core/viewer.ts'
import type { Services } from './services.ts'

/** Reading: inside or outside a transaction. */
export interface Reader {
  readonly now: number
  /** The database, seen through the tables of one feature. */
  tables<T>(): Kysely<T>
  /** The current data of a feed row, of any feature; `null` when there is none. For rules, not for showing: it does not ask who may see it. */
  row<R>(table: string, id: string): Promise<R | null>
  rows<R>(table: string, ids?: readonly string[]): Promise<{ id: string; data: R }[]>
  /** The member as a viewer, now; a guest when they have no role any more, or are kept out. */
  viewerOf(memberId: string): Promise<Viewer>
  /** Until when this member is kept out, and why; `undefined`: they are not. */
  barOf(memberId: string): Promise<{ until: number; why: string } | undefined>
  /** Does the feed show this row to the viewer? */
  mayRead(viewer: Viewer, table: string, id: string): Promise<boolean>
  /** Whose feeds have the row; of a feature that is not used, whose they would have it. */
  shownTo(table: string, id: string): Promise<Audience[]>
  /** Ids of the rows of a table that the feed shows to the viewer. */
  readable(viewer: Viewer, table: string): Promise<Set<string>>
}

/** One transaction: everything done through it happens together or not at all. Await nothing but it. */
export interface Tx extends Reader {
  /**
   * Puts a row on the feed of the audiences that its half's rule names, or withdraws it (`null`).
   * @param to instead of what the rule says, where the row itself must not tell for whom it is
   */
  publish(table: string, id: string, data: object | null, to?: readonly Audience[]): Promise<void>
  /**
   * Changes a server-authored document, in one Yjs transaction; the update joins the log with this transaction.
   * @returns the log sequence that the room will have.
   */
  author(room: string, change: (doc: Y.Doc) => void): Promise<number>
  /**
   * Begins a new epoch of a document: with what `write` puts into an empty one, or with all that is visible in it now.
   * Everything else that it ever held (deleted text, earlier versions) is gone from the log, and from the file once
   * it has been checkpointed; devices drop their copies and make what was not acknowledged anew.
   * @returns the log sequence that the room will have.
   */
  rebase(room: string, write?: (from: Y.Doc, to: Y.Doc) => void): Promise<number>
  /** Tells other features; a listener that throws rolls everything back. */
  tell(fact: string, data: unknown): Promise<void>
  /** Runs a job after this transaction is durable; `key` makes a second request of the same work a no-op. */
  later(job: string, payload: unknown, options?: { at?: number; key?: string }): Promise<void>
  /** Lets whoever may read the row read the file. Replaces the row's earlier references. */
  refer(table: string, id: string, hashes: string[]): Promise<void>
  /** Stores a file once; whoever may see it is whoever may read a row that refers to it. @returns its hash. */
  storeFile(bytes: Uint8Array, type: string, name?: string): Promise<string>
  /** Keeps part `number` of a file that is not whole yet, under a name of its own; each but the last is `partBytes` long. */
  storePart(store: string, number: number, bytes: Uint8Array): Promise<void>
  /** Makes a file of the parts, whose hash `services.readParts` told. */
  storeParts(file: { hash: string; type: string; size: number; store: string }): Promise<void>
  /** Deletes at most so many parts that are of no file, nor of one that is not whole yet (`keep`). @returns how many. */
  dropParts(keep: readonly string[], most: number): Promise<number>
  /** Deletes those of these files to which no row refers any more; their parts stay for `dropParts`. */
  dropFiles(hashes: readonly string[]): Promise<void>
  /** Adds the member to an audience (`group:x`, `event:<id>:staff`), until a time or for good. */
  grant(memberId: string, audience: Audience, source: string, until?: number): Promise<void>
  revoke(memberId: string, audience: Audience, source: string): Promise<void>
  /** Sets the role that `holds` answers from. */
  setRole(memberId: string, role: Role | null): Promise<void>
  /** Ends the member's sessions (all, or all but one) and their sockets. */
  endSessions(memberId: string, except?: string): Promise<void>
  /** Ends the member's sessions and lets them open none until then; `null`: they may come in again. */
  bar(memberId: string, until: number | null, why?: string): Promise<void>
  /** What this transaction deletes must not stay in the file: its bytes go from the log of changes too. */
  scrub(): void
  /** What members write, by kind, of the features that the community uses. */
  matters(): Promise<Readonly<Record<string, Matter>>>
  /**
   * Carries out a command that a screen held, as the member who sent it: by every rule, but asking no screen again. Its
   * result is from then on what they are answered. What it did when it refuses has to be undone: refuse with it.
   */
  perform(memberId: string, held: Held): Promise<Result<unknown>>
  /** Refuses a command that a screen held. What its member made depend on it falls with it. */
  refuseHeld(memberId: string, commandId: string, refusal: Refusal): Promise<void>
  /**
   * Core's part of erasing a member: role, sessions, grants, answers to their commands, rows that were for them alone,
   * their private rooms, and jobs that name them.
   * @param traces what else a waiting job might say of them (an address)
   */
  forget(memberId: string, traces?: readonly string[]): Promise<void>
  /** The features that this community does not use from now on: they are absent, and nothing of theirs is deleted. */
  setUnused(features: readonly string[]): Promise<void>
}

/** A command that was held. */
export interface Held {
  commandId: string
  name: string
  input: unknown
  at: number
}

/** Something that members wrote, as it stands. */
export interface MatterNow {
  /** `null`: nobody's who is a member. */
  authorId: string | null
  authorName: string
  title: string
  text: string
  at: number
  hidden: boolean
  /** Where it is in the app. */
  path: string
}

/**
 * A kind of what members write, as those who keep order deal with it: they look at it, take it out of everybody's sight,
 * bring it back, and erase it for good.
 */
export interface Matter {
  /** `undefined`: there is none, or it was erased. */
  find(reader: Reader, id: string): Promise<MatterNow | undefined>
  mayRead(reader: Reader, viewer: Viewer, id: string): Promise<boolean>
  /** Absent: it cannot be hidden. From here on only the server has the text. */
  hide?(tx: Tx, id: string): Promise<void>
  restore?(tx: Tx, id: string): Promise<void>
  erase?(tx: Tx, id: string): Promise<void>
  /** The newest that are in sight, newest first. */
  recent?(reader: Reader, limit: number): Promise<({ id: string } & MatterNow)[]>
}

export interface Act {
  readonly tx: Tx
  readonly viewer: Member
  /** Id of the command. */
  readonly commandId: string
  /** The device's clock when the member acted: display only. */
  readonly at: number
}

export interface CommandHandler<I = any> {
  /** May this member do this at all? Usually the contract's pure rule on rows read through `act.tx`. */
  allow(act: Act, input: I): Promise<Result<unknown>> | Result<unknown>
  /** Runs after every screen accepted. What it returns is the command's `data`. */
  handle(act: Act, input: I): Promise<Result<unknown>>
}

/**
 * Runs before the handler of someone's command: let it pass, keep it for review, or refuse it. Whoever holds keeps the
 * input, and ends it by `tx.perform` or `tx.refuseHeld`.
 */
export type Screen = (act: Act, input: any) => Promise<'accept' | { hold: string } | Refusal>

export interface RowRule<R = any> {
  /** Who may see this row. */
  audience(data: R, id: string): Audience | Audience[]
  /** Opens doors to whoever finds it: backups leave it out. */
  secret?: true
}

export interface DocumentRule {
  /**
   * `row`: whoever may see the row that carries it. A function is asked after that, if there is such a row: `id` is the
   * room's name after its kind. Rooms of which the subject does not exist: refuse.
   */
  access: 'row' | ((reader: Reader, viewer: Viewer, id: string, action: 'read' | 'write') => Promise<boolean>)
  /** Soon after members changed the document: keeps the rows that are derived from it. */
  project?(tx: Tx, id: string, changed: Changed): Promise<void>
}

export interface Changed {
  /** For reading. */
  doc: Y.Doc
  /** Log sequence of the room. */
  sequence: number
  /** Who wrote since the last time. */
  memberIds: readonly string[]
}

export interface QueryRule<I = any, O = unknown> {
  access(viewer: Viewer): boolean
  run(
    context: {
      reader: Reader
      viewer: Viewer
      services: Services /** The asking session's. */
      sessionId: string | null
    },
    input: I,
  ): Promise<O>
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Hono path, from the root. */
  path: string
  /** Every route says who may call it; `guest` = anyone. */
  access: 'guest' | Role
  /** Largest body, in bytes; 64 KiB when absent. */
  body?: number
  /** Requests a minute and address (guests) or member; 120 when absent. */
  rate?: number
  handle(context: { c: Context; viewer: Viewer; services: Services }): Promise<Response> | Response
}

/** A page that reads without scripts, at the app's own URL. All text is escaped by core except `html`. */
export interface PublicPage {
  title: string
  description: string
  lang: 'zh' | 'en'
  /** Sanitised body. */
  html: string
  image?: string
  /** schema.org object. */
  jsonLd?: object
}

export interface Page {
  /** Hono path of the app's own URL. */
  path: string
  render(context: {
    reader: Reader
    params: Record<string, string>
    lang: 'zh' | 'en'
    publicUrl: string
  }): Promise<PublicPage | null>
  /** Which of them guests can read, for the sitemap: paths from the root, and when each last changed (epoch ms). */
  addresses?(reader: Reader): Promise<{ path: string; updatedAt: number }[]>
}

export interface MigrationTools {
  /** `blob` or `bytea`. */
  blob: ColumnDataType
}

export type Migration = (db: Kysely<any>, tools: MigrationTools) => Promise<void>

/**
 * To whom a table's content may come: to whomever the rules of the rows, documents and queries let that are named
 * here; to nobody (`server`); to nobody, and backups leave it out because it opens doors to whoever finds it (`secret`).
 */
export type TableRule<Shown extends PropertyKey = string> = 'server' | 'secret' | readonly Shown[]

export interface ServerFeature {
  /** Numbered, forward only: `{ '001': create, '002': … }`. A migration that was released is never edited. */
  migrations: Record<string, Migration>
  /** Every table that the migrations make; the server does not start with one that is not declared. */
  tables: Record<string, TableRule>
  commands: Record<string, CommandHandler>
  rows: Record<string, RowRule>
  documents: Record<string, DocumentRule>
  queries: Record<string, QueryRule>
  /** What a member is called by the others in a room; `undefined`: this feature does not know them. */
  nameOf?(reader: Reader, memberId: string): Promise<string | undefined>
  /** Is this the member's password? `undefined`: this feature does not know. Not inside a transaction: it takes its time. */
  isPassword?(services: Services, memberId: string, password: string): Promise<boolean | undefined>
  /** What people read of a member's in "everything of mine", where tables tell it sooner than the contract's `own.files`, or more. */
  own?(reader: Reader, source: OwnSource): AsyncIterable<OwnFile>
  /** By full command name (`discussions.post`). */
  screens?: Record<string, Screen>
  /** By kind (`post`); names are unique over all features. */
  matters?: Record<string, Matter>
  /**
   * By table, of any feature: a row is for others than before, or gone. Rows that are for whoever may see that one are
   * published again here.
   */
  moved?: Record<string, (tx: Tx, id: string) => Promise<void>>
  /**
   * Keeps something beside rows and documents of any feature (an index), in the transaction that changes them. Called
   * after each publication of a row, and after each change of a document: for what members write once it has rested.
   */
  beside?: {
    /** By table. */
    rows?: Record<string, (tx: Tx, id: string, data: any) => Promise<void>>
    /** By kind of room; `id`: the room's name after its kind. The document is for reading, now. */
    rooms?: Record<string, (tx: Tx, id: string, doc: Y.Doc) => Promise<void>>
  }
  /** By full fact name (`discussions.posted`). */
  on?: Record<string, (tx: Tx, data: any) => Promise<void>>
  /** Facts that reach it even where the community does not use it: what its data must not miss (somebody's erasure). */
  evenUnused?: readonly string[]
  /** Idempotent work outside transactions: mail, training. Asked for by feature and name: `tx.later('accounts.mail', …)` runs `jobs.mail` of accounts. */
  jobs?: Record<string, (services: Services, payload: any) => Promise<void>>
  /** Called once, when the server starts: schedules what recurs. */
  start?(services: Services): Promise<void>
  routes?: readonly Route[]
  pages?: readonly Page[]
  /** `lyceum import <name> <path…>`. Running one again updates what it made; nothing is half imported. */
  imports?: Record<string, (services: Services, path: string, ...more: string[]) => Promise<ImportReport>>
  /** `lyceum export <name> --out <folder>`: into a folder of its own, all or nothing. */
  exports?: Record<string, (services: Services, folder: string) => Promise<ExportReport>>
}

export interface ExportReport {
  rows: number
  files: number
}

export interface ImportReport {
  created: number
  updated: number
  unchanged: number
  /** What was left out, and why: one line each, naming the file or entry. */
  skipped: { what: string; why: string }[]
  /** Imported, with something worth knowing (an absent image, an unwrapped tag). */
  remarks: { what: string; why: string }[]
}

/** What a contract demands of its server half. */
export type ServerHalf<C extends Contract> = Omit<
  ServerFeature,
  'tables' | 'commands' | 'rows' | 'documents' | 'queries'
> & {
  tables: Record<string, TableRule<keyof C['rows'] | keyof C['documents'] | keyof C['queries']>>
  commands: { [K in keyof C['commands']]: CommandHandler<InputOf<C['commands'][K]>> }
  rows: { [K in keyof C['rows']]: RowRule<RowOf<C['rows'][K]>> }
  documents: { [K in keyof C['documents']]: DocumentRule }
  queries: {
    [K in keyof C['queries']]: QueryRule<QueryInputOf<C['queries'][K]>, QueryOutputOf<C['queries'][K]>>
  }
}

/** A listener for another feature's fact, typed by that feature's contract. */
export function listener<C extends Contract, K extends keyof C['facts'] & string>(
  _contract: C,
  _fact: K,
  react: (tx: Tx, data: FactOf<C['facts'][K]>) => Promise<void>,
): (tx: Tx, data: unknown) => Promise<void> {
  return react as (tx: Tx, data: unknown) => Promise<void>
}

export interface Registry {
  contracts: Readonly<Record<string, Contract>>
  features: Readonly<Record<string, ServerFeature>>
}

export function mattersOf(registry: Registry): Record<string, Matter> {
  return Object.assign({}, ...Object.values(registry.features).map((half) => half.matters ?? {}))
}
