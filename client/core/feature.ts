/**
 * The client half of a feature: routes, overlays, which rooms the library should keep, and places in the shell.
 * An *overlay* shows what a waiting command will change before the server has answered; it is derived from the
 * outbox row and ends when the effect has landed, so nothing has to be undone by hand.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: core hands on inputs whose types only the feature knows; ClientHalf types them there
import type { Component } from 'solid-js'
import type * as Y from 'yjs'
import type { Contract, InputOf } from '#shared/core/contract.ts'
import type { OutboxEntry } from './commands.ts'
import type { LostText } from './copies.ts'
import type { StoredRow } from './database.ts'

/** The row as it will be (`data`), merged over what the feed gave; `null` = it will be gone. */
export interface RowPatch {
  table: string
  id: string
  data: Record<string, unknown> | null
}

export interface Overlay<I = any> {
  /**
   * Rows that change. `existing` is the row as the feed gave it, for those patches that need it; `memberId` who acts,
   * for rows that carry their member in their id.
   */
  rows?(
    input: I,
    entry: OutboxEntry,
    existing: (table: string, id: string) => StoredRow | undefined,
    memberId: string,
  ): RowPatch[]
  /** The server-authored room that changes; the page derives the rest from `waitingFor(room)`. */
  room?(input: I): string | undefined
}

export interface Route {
  /** As @solidjs/router takes it. */
  path: string
  page: Component
  /** Only for these viewers; others are led to sign in. */
  needs?: 'member' | 'author' | 'moderator' | 'owner'
}

export interface ClientFeature {
  routes: readonly Route[]
  overlays: Record<string, Overlay>
  /** Parts that other features' pages show by name (`discussions.under`), so that features never import each other. */
  panels?: Record<string, Component<any>>
  /**
   * Rooms that the library should hold on the device, most wanted first, with the sequence that the feed says
   * they have reached (the library fetches again when its copy is behind). Called after the feed has moved.
   */
  keep?(rows: (table: string) => Promise<StoredRow[]>): Promise<{ room: string; sequence?: number }[]>
  /**
   * The command that tells the community of a document of which the server, restored from a backup, has lost what others
   * wrote, and this device has not. The document is for reading, now.
   */
  offer?(lost: LostText): { name: string; input: unknown } | undefined
}

/** What a contract demands of its client half: an overlay (possibly `{}`) for every command. */
export type ClientHalf<C extends Contract> = Omit<ClientFeature, 'overlays'> & {
  overlays: { [K in keyof C['commands']]: Overlay<InputOf<C['commands'][K]>> }
}

export interface ClientRegistry {
  contracts: Readonly<Record<string, Contract>>
  features: Readonly<Record<string, ClientFeature>>
}

/** The text that a document's editor binds to. */
export function bodyOf(doc: Y.Doc): Y.Text {
  return doc.getText('body')
}
