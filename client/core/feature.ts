/**
 * The client half of a feature: routes, overlays, which rooms the library should keep, and places in the shell.
 * An *overlay* shows what a waiting command will change before the server has answered; it is derived from the
 * outbox row and ends when the effect has landed, so nothing has to be undone by hand.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: core hands on inputs whose types only the feature knows; ClientHalf types them there
import type { Accessor, Component } from 'solid-js'
import type * as Y from 'yjs'
import type { Contract, InputOf } from '#shared/core/contract.ts'
import type { Role } from '#shared/core/viewer.ts'
import type { WordKey } from '#shared/words/index.ts'
import type { OutboxEntry } from './commands.ts'
import type { LostText } from './copies.ts'
import type { Core } from './core.ts'
import type { StoredRow } from './database.ts'
import type { Wanted } from './holdings-plan.ts'

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

/**
 * Puts what was written in an act back into the form that it came from, beside what stands there by now.
 * @returns where that form is
 */
export type Redraft = (core: Core, input: any) => Promise<string>

export interface Route {
  /** As @solidjs/router takes it. */
  path: string
  page: Component
  /** Only for these viewers; others are led to sign in. */
  needs?: Role
}

/**
 * Where a feature is found. `main`: the rail and the bar (six of them fit a phone); `header`: an icon beside the status
 * (the inbox); `me`: a row on one's own page; `admin`: a row on the page for running the community.
 */
export interface Place {
  in: 'main' | 'header' | 'me' | 'admin'
  href: string
  /** Its name: one short word in `main`. */
  word: WordKey
  /** What it is for, in one line; in `me` and `admin`. */
  about?: WordKey
  icon: Component
  /**
   * In `me`: among what one keeps and does, or among what one sets. In `admin`: with the people, the money, what can be
   * learnt from figures, or what is set. Among what is done there unless told.
   */
  group?: 'people' | 'money' | 'insight' | 'settings'
  /** Ascending: in `main` Home 10, Read 20, Learn 30, Discuss 40, Events 50, Me 90. */
  order: number
  /** The keyboard shortcut that leads there: `g` and a letter (core/key-steps.ts). */
  keys?: string
  /** Paths besides `href` (and what is below it) that count as being there. */
  under?: readonly string[]
  /** Only for these viewers. */
  needs?: Role
  /** How many things wait there. Called once; what it returns is read whenever it is drawn. */
  badge?(core: Core): Accessor<number>
  /** For places that exist only at times. Called once, like `badge`. */
  shown?(core: Core): Accessor<boolean>
}

export interface ClientFeature {
  routes: readonly Route[]
  /** Where the shell, one's own page and the admin page lead to it. */
  places?: readonly Place[]
  overlays: Record<string, Overlay>
  /** By command: those whose words can be kept as a draft instead of being sent. */
  redraft?: Record<string, Redraft>
  /**
   * Parts that other features' pages show by name (`discussions.under`), so that features never import each other. The
   * shell draws each feature's `<feature>.following` once: it shows nothing and follows what must be followed on every
   * page; and its `<feature>.notice` over every page: a banner, when there is something that nobody should overlook.
   */
  panels?: Record<string, Component<any>>
  /**
   * Rooms that the library should hold on the device, most wanted first, with the sequence that the feed says
   * they have reached (the library fetches again when its copy is behind), and why. Called after the feed has moved, or
   * a local value under `keep.` has changed; `local` reads those.
   */
  keep?(
    rows: (table: string) => Promise<StoredRow[]>,
    local: <T>(key: string) => Promise<T | undefined>,
  ): Promise<Wanted[]>
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
