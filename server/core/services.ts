/**
 * What routes, queries and jobs may use: the parts of core, wired once in `app.ts`.
 */
import type { Doc } from 'yjs'
import type { OwnWords } from '#shared/core/own.ts'
import type { Member, Viewer } from '#shared/core/viewer.ts'
import type { CommandEnvelope, CommandResult } from '#shared/core/wire.ts'
import type { ZipEntry } from '#shared/core/zip.ts'
import type { Bounds } from './bounds.ts'
import type { Database } from './db.ts'
import type { Matter, Reader, Tx } from './feature.ts'
import type { GiveLease } from './lease.ts'

export interface Log {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

export interface Env {
  port: number
  host: string
  /** Absolute path. */
  dataDir: string
  databaseUrl: string | undefined
  /** Origin without a trailing slash; links in mails and the Origin allow-list follow it. */
  publicUrl: string
  /** Signs what leaves the server and must come back unchanged. */
  secret: string
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** SMTP URL; absent = mail is off. */
  mailUrl: string | undefined
  mailFrom: string
  /** The environment, for what one feature alone reads: keys of a payment provider. */
  vars?: Readonly<Record<string, string | undefined>>
  /** Where they are not to be the usual ones. */
  bounds?: Partial<Bounds>
}

export interface Sessions {
  /** Makes a session and returns the token for its cookie; only the token's hash is kept. */
  open(memberId: string, agent: string): Promise<{ token: string; id: string }>
  /** The viewer that a token stands for; `guest` for none, an unknown or an ended one. */
  viewer(token: string | undefined): Promise<{ viewer: Viewer; sessionId: string | null }>
  /** Whose session the token was, when they have been kept out since. */
  bar(token: string | undefined): Promise<{ memberId: string; until: number; why: string } | undefined>
  close(sessionId: string): Promise<void>
  /** A member's open sessions, for "signed in on these devices". */
  list(memberId: string): Promise<{ id: string; agent: string; openedAt: number; seenAt: number }[]>
  /** `Set-Cookie` values. */
  cookie(token: string): string
  clearCookie(): string
  tokenOf(request: Request): string | undefined
}

export interface Services {
  readonly env: Env
  readonly log: Log
  readonly database: Database
  /** Epoch milliseconds; tests inject their own. */
  now(): number
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /** Serializable, retried on conflict; resolves when the commit is durable. A thrown error rolls back. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs one command as a member, the same way as over HTTP. */
  execute(member: Member, envelope: CommandEnvelope): Promise<CommandResult>
  /** Stores a blob; equal bytes are stored once. @returns its hash. */
  storeFile(bytes: Uint8Array, type: string, name?: string): Promise<string>
  /** Hash, size and first part of a file that lies in parts, whole or not. */
  readParts(store: string): Promise<{ hash: string; size: number; first: Uint8Array }>
  /** What members write, by kind, of the features that the community uses now. */
  matters(): Readonly<Record<string, Matter>>
  /** Does the community use this feature now? */
  isUsed(feature: string): boolean
  readonly sessions: Sessions
  /** Limits attempts: `key` may happen `points` times in `seconds`; false = too many. */
  allowRate(key: string, points: number, seconds: number): Promise<boolean>
  /** Sends mail; false when mail is off. Only from jobs. */
  mail(to: string, subject: string, text: string, headers?: Record<string, string>): Promise<boolean>
  access(viewer: Viewer, resource: Resource, action: 'read' | 'write'): Promise<boolean>
  /** What `/metrics` says at this moment. */
  gauges(): Record<string, number>
  /** A room's document, everything in it durable. For reading only. */
  docOf(room: string): Promise<Doc>
  /** Asks the feature that keeps passwords. */
  isPassword(memberId: string, password: string): Promise<boolean>
  /** Files of "everything of mine": what each feature that is used holds of the member's. */
  ownFiles(member: Member, lang: 'zh' | 'en', words: OwnWords): AsyncIterable<ZipEntry>
  /** What the member may open without us, for a device of theirs. */
  lease: GiveLease
}

export type Resource =
  | { kind: 'room'; room: string }
  | { kind: 'row'; table: string; id: string }
  | { kind: 'file'; hash: string }
  | { kind: 'query'; name: string }
