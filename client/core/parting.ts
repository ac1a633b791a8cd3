/**
 * Last words. A page that goes may take with it what it has asked IndexedDB to store a moment before: a transaction
 * that waits its turn behind another one of the page is dropped with the page, though it was committed. So everything
 * that a tab has made is known here from the moment it is made until it is stored, and when the tab is hidden, which
 * is the last that a page hears of itself, whatever is left is written down at once, in localStorage. It is removed
 * when IndexedDB has it after all; otherwise the next tab of the same member stores it, and only then removes it.
 *
 * A value never changes under its key, so that a tab that takes words over cannot remove others than it has read.
 * Storing words twice does no harm: an edit of a document is an edit once, and a command has an id. The keys begin with
 * the name of the member's database, so nobody else's tab looks at them.
 */
import { fromBase64, toBase64 } from 'lib0/buffer'
import * as Y from 'yjs'
import type { NewCommand } from './outbox.ts'
import type { Shelf } from './surroundings.ts'

/** An act, and when it was done on the device's clock. */
export type PartingCommand = NewCommand & { at: number }

export interface PartingEdit {
  room: string
  /** Of the room that it was made on; undefined: the one that is here. */
  copy: number | undefined
  update: Uint8Array
}

export interface Words {
  edits: PartingEdit[]
  commands: PartingCommand[]
}

export interface Parting {
  /** Made just now and not stored yet. @returns call it once it is, or need not be */
  edit(edit: PartingEdit): () => void
  command(command: PartingCommand): () => void
  /** The page may be going: writes down what is not stored. */
  write(): void
}

interface Held {
  /** What is written under one key: a room's edits, or the commands. */
  group: string
  edit?: PartingEdit
  command?: PartingCommand
}

export function createParting(shelf: Shelf, database: string, tab: string): Parting {
  const held = new Set<Held>()
  const keysByGroup = new Map<string, string>()
  let written = 0
  let changed = false

  function hold(word: Held): () => void {
    held.add(word)
    changed = true
    return () => {
      if (!held.delete(word) || [...held].some(({ group }) => group === word.group)) return
      const key = keysByGroup.get(word.group)
      if (key === undefined) return
      keysByGroup.delete(word.group)
      shelf.removeItem(key)
    }
  }

  function writeGroup(group: string): void {
    const words = [...held].filter((word) => word.group === group)
    const edits = words.flatMap(({ edit }) => edit ?? [])
    const commands = words.flatMap(({ command }) => command ?? [])
    const key = `${prefixOf(database)}${tab}:${++written}`
    try {
      shelf.setItem(key, JSON.stringify(commands.length > 0 ? { commands } : merged(edits)))
    } catch {
      // No room for it: IndexedDB has been asked as well, and the page says that it is not on the device yet.
      return
    }
    const former = keysByGroup.get(group)
    keysByGroup.set(group, key)
    if (former !== undefined) shelf.removeItem(former)
  }

  return {
    edit: (edit) => hold({ group: `${edit.room} ${edit.copy}`, edit }),
    command: (command) => hold({ group: '', command }),
    write() {
      if (!changed) return
      changed = false
      for (const group of new Set([...held].map((word) => word.group))) writeGroup(group)
    },
  }
}

/** Of one room and copy. */
function merged(edits: readonly PartingEdit[]): { room: string; copy: number | undefined; update: string } {
  const { room, copy } = edits[0]!
  return { room, copy, update: toBase64(Y.mergeUpdates(edits.map(({ update }) => update))) }
}

function prefixOf(database: string): string {
  return `${database}:parting:`
}

function keysOf(shelf: Shelf, database: string): string[] {
  const keys: string[] = []
  for (let i = 0; i < shelf.length; i++) {
    const key = shelf.key(i)
    if (key?.startsWith(prefixOf(database))) keys.push(key)
  }
  return keys.sort()
}

/**
 * Takes over what tabs of this database have left, except this tab's own.
 * @param store stores it durably; what it could not store stays for the next time
 * @returns undefined when nothing was left
 */
export function takeWords(
  shelf: Shelf,
  database: string,
  tab: string,
  store: (words: Words) => Promise<void>,
): Promise<void> | undefined {
  const keys = keysOf(shelf, database).filter((key) => !key.startsWith(`${prefixOf(database)}${tab}:`))
  if (keys.length === 0) return undefined
  return (async () => {
    for (const key of keys) {
      const words = read(shelf.getItem(key))
      if (words) await store(words)
      shelf.removeItem(key)
    }
  })()
}

/** @returns undefined for what is no longer there, or was not written by us. */
function read(value: string | null): Words | undefined {
  try {
    const word = JSON.parse(value ?? 'null') as {
      room?: string
      copy?: number
      update?: string
      commands?: PartingCommand[]
    } | null
    if (word?.commands) return { edits: [], commands: word.commands }
    if (!word?.room || !word.update) return undefined
    const { room, copy } = word
    return { edits: [{ room, copy, update: fromBase64(word.update) }], commands: [] }
  } catch {
    return undefined
  }
}

/** The member's data leaves the device. */
export function dropWords(shelf: Shelf, database: string): void {
  for (const key of keysOf(shelf, database)) shelf.removeItem(key)
}
