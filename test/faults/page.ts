/**
 * What somebody does in a tab: the documents they have open and the acts they have sent, with what the witness
 * remembers of each.
 */
import { createComputed, createRoot } from 'solid-js'
import type * as Y from 'yjs'
import type { DocHandle } from '#client/core/docs.ts'
import { parseRoom } from '#shared/core/wire.ts'
import { postsOf } from '#shared/features/discussions.ts'
import type { Device, Tab } from './device.ts'
import type { Person } from './house.ts'
import type { Mark } from './witness.ts'

/** A command that somebody sent. */
export interface Act {
  readonly id: string
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: as the command's contract has it
  readonly input: any
  readonly member: string
  readonly device: string
  readonly page: string
  /** Marks that it carries. */
  readonly chars: string
  /** The device has it. */
  stored: boolean
  state: 'waiting' | 'saved' | 'held' | 'refused'
  /** Gone with its device or page, and never shown as saved. */
  lost: boolean
}

/** Ids of commands are their member's own. */
export function actKey(memberId: string, commandId: string): string {
  return `${memberId} ${commandId}`
}

export interface Page {
  readonly name: string
  readonly device: Device
  readonly tab: Tab
  readonly person: Person
  readonly handles: Map<string, DocHandle>
  /** Ends what is open. */
  readonly closers: (() => void)[]
  /** Place → marks made here and not shown as saved yet. */
  readonly unsaved: Map<string, Mark[]>
  readonly takenAway: Map<string, Mark[]>
  readonly sequences: Map<string, number>
  /** Room → the state shown last. */
  readonly shown: Map<string, string>
  /** Commands in this device's outbox, with the state last seen. */
  readonly acts: Map<string, string>
  /** Posts that have left the outbox, and until when they may not be shown yet. */
  readonly owed: Map<Act, number>
  /** The database under its handles. */
  database: string
}

export function createPage(device: Device, tab: Tab, person: Person): Page {
  return {
    name: tab.name,
    device,
    tab,
    person,
    handles: new Map(),
    closers: [],
    unsaved: new Map(),
    takenAway: new Map(),
    sequences: new Map(),
    shown: new Map(),
    acts: new Map(),
    owed: new Map(),
    database: '',
  }
}

/** Is this person signed in here, as far as the page knows? */
export function isSignedIn(page: Page): boolean {
  return page.tab.alive && page.tab.core?.session.info().member?.id === page.person.id
}

/** When somebody else's database is open now, what was open of the former is not this page's any more. */
export function followDatabase(page: Page): void {
  const name = page.tab.core?.database() ?? ''
  if (name === page.database) return
  page.database = name
  for (const close of page.closers.splice(0)) close()
  const { handles, unsaved, takenAway, sequences, shown, acts, owed } = page
  for (const memory of [handles, unsaved, takenAway, sequences, shown, acts, owed]) memory.clear()
}

/** Opens a room as a screen does, for as long as this person is signed in here. */
export function openRoom(page: Page, room: string): DocHandle | undefined {
  const { core } = page.tab
  if (!core || !isSignedIn(page)) return undefined
  followDatabase(page)
  if (!page.handles.has(room)) {
    createRoot((close) => {
      const current = core.docs.use(() => room)
      createComputed(() => {
        const handle = current()
        if (handle) page.handles.set(room, handle)
      })
      page.closers.push(close)
    })
  }
  return page.handles.get(room)
}

/** All that a reader sees of a document. */
export function contentOf(room: string, doc: Y.Doc): string {
  const kind = parseRoom(room)?.kind
  if (kind === 'me') return [...doc.getMap('marks').keys()].sort().join('')
  if (kind !== 'thread') return doc.getText('body').toString()
  const { title = '', acceptedPostId = null } = doc.getMap('meta').toJSON()
  const posts = postsOf(doc).map((post) => ({ ...post, reactions: Object.entries(post.reactions).sort() }))
  return JSON.stringify({ title, acceptedPostId, posts })
}
