/**
 * Watches a history, and knows what must hold. Whatever members write carries a mark, a character that occurs nowhere
 * else, so that a look at bytes tells whose words they hold. Of each mark the witness knows who made it, whether it is
 * on the server's disk, whether the app has shown it as saved, and whether somebody took it away.
 *
 * Along the way: nothing leaves the server before it is durable or towards those who may not have it; nothing is shown
 * as saved that the disk does not have; a document that says it has reached a sequence has everything up to it; a
 * command leaves the outbox only when its answer is durable and its effect is here. The end is compare.ts's.
 */
import type Sqlite from 'better-sqlite3'
import { holds, type Role } from '#shared/core/viewer.ts'
import { parseRoom } from '#shared/core/wire.ts'
import type { Person } from './house.ts'
import type { Machine } from './machine.ts'
import { type Act, actKey, contentOf, followDatabase, type Page } from './page.ts'

export interface Mark {
  readonly char: string
  /** Where it was written: a room, or the id of the command that carries it. */
  readonly place: string
  readonly device: string
  readonly page: string
  readonly at: number
  /** The post or invitation whose text it was. */
  readonly post?: string
  /** Whom the server may give it; everybody when absent. */
  readonly forMembers?: (memberId: string) => boolean
  /** The app has shown it as being on this device, or as saved. */
  kept: boolean
  saved: boolean
  /** Somebody took it away. */
  gone: boolean
  /** Whoever took it away was shown that as saved. */
  goneSaved: boolean
  /** Since when the server may give it to nobody: what it was part of has been removed. */
  withdrawnAt?: number
  /** The device or the page that had it is gone, and it was not shown as kept. */
  lost: boolean
}

export interface Witness {
  readonly problems: string[]
  readonly marks: ReadonlyMap<string, Mark>
  readonly commands: Map<string, Act>
  /** A member's role is another from now on. */
  roleIs(memberId: string, role: Role): void
  /** May they see what is for moderators, or might they just now? */
  mayModerate(memberId: string): boolean
  /** Since when a member may receive nothing. */
  readonly shutOut: Map<string, number>
  problem(what: string): void
  mark(about: Pick<Mark, 'place' | 'device' | 'page' | 'forMembers' | 'post'>): Mark
  /** A sync of the disk begins. @returns call it when it has ended */
  syncBegan(reader: () => Sqlite.Database): () => void
  /** Bytes leave the server for a member's device. */
  leaves(memberId: string | null, bytes: Uint8Array): void
  isDurable(mark: Mark): boolean
  /** A task of the page has run. */
  look(page: Page): void
  /** Whatever this device had not been shown as saved may be missing from now on. */
  forgive(of: { page?: string; device?: string }): void
}

const firstMark = 0x4e00
/** How long the server may take to notice that somebody's access has ended. */
const grace = 1_000
/** How long a document may lag behind what is stored. */
const soon = 500

export function createWitness(machine: Machine, people: readonly Person[], start: number): Witness {
  const marks = new Map<string, Mark>()
  const commands = new Map<string, Act>()
  const durable = new Set<string>()
  const results = new Set<string>()
  const shutOut = new Map<string, number>()
  /** Room → the marks of each row of its log. */
  const logs = new Map<string, Map<number, string>>()
  const heads = new Map<string, number>()
  const moderators = new Set(
    people.filter(({ role }) => holds({ id: '', role }, 'moderator')).map(({ id }) => id),
  )
  /** When they became none. */
  const moderated = new Map<string, number>()
  let lastResult = 0
  const problems: string[] = []

  function problem(what: string): void {
    machine.tell(() => `PROBLEM ${what}`)
    if (problems.length < 20) problems.push(`${((machine.now - start) / 1000).toFixed(3)} s: ${what}`)
  }

  function syncBegan(reader: () => Sqlite.Database): () => void {
    const db = reader()
    const rows: { room: string; seq: number; chars: string }[] = []
    for (const { room, seq } of db.prepare('select room, seq from doc_room').all() as {
      room: string
      seq: number
    }[]) {
      const known = heads.get(room) ?? 0
      if (seq <= known) continue
      const added = db.prepare('select seq, bytes from doc_log where room = ? and seq > ?').all(room, known)
      for (const row of added as { seq: number; bytes: Uint8Array }[])
        rows.push({ room, seq: row.seq, chars: charsIn(row.bytes) })
    }
    const answers = db
      .prepare(
        'select rowid as n, member_id as member, command_id as id, result from command_result where rowid > ?',
      )
      .all(lastResult) as { n: number; member: string; id: string; result: string }[]
    // What a crash takes away before that may come again under the same numbers.
    return () => {
      machine.tell(() => `durable: ${rows.map(({ chars }) => chars).join('')} ${answers.length} answers`)
      for (const { room, seq, chars } of rows) {
        for (const char of chars) durable.add(char)
        logs.set(room, (logs.get(room) ?? new Map<number, string>()).set(seq, chars))
        heads.set(room, Math.max(seq, heads.get(room) ?? 0))
      }
      for (const { n, member, id, result } of answers) {
        lastResult = Math.max(lastResult, n)
        results.add(actKey(member, id))
        const act = commands.get(actKey(member, id))
        for (const char of act?.chars ?? '') durable.add(char)
        if (act && result.includes('"ok":true')) withdraw(act)
      }
    }
  }

  /** What a durable command has removed. */
  function withdraw({ name, input }: Act): void {
    const removed =
      name === 'discussions.delete_post'
        ? input.postId
        : name === 'accounts.revoke_invite'
          ? input.id
          : undefined
    if (removed === undefined) return
    for (const mark of marks.values()) if (mark.post === removed) mark.withdrawnAt ??= machine.now
  }

  function looksSaved(page: Page, place: string): void {
    for (const mark of page.unsaved.get(place) ?? []) {
      mark.kept = true
      mark.saved = true
      if (!durable.has(mark.char) && !mark.gone)
        problem(`${page.name} shows ${mark.char} in ${place} as saved, and the disk does not have it`)
    }
    page.unsaved.delete(place)
    for (const mark of page.takenAway.get(place) ?? []) mark.goneSaved = true
    page.takenAway.delete(place)
  }

  function checkSequence(page: Page, room: string, from: number, to: number): void {
    const handle = page.handles.get(room)!
    const content = contentOf(room, handle.doc)
    const name = parseRoom(room)?.room ?? room
    for (let seq = from + 1; seq <= to; seq++) {
      for (const char of logs.get(name)?.get(seq) ?? '') {
        const mark = marks.get(char)
        if (mark && !mark.gone && !content.includes(char)) {
          problem(`${page.name} has ${room} up to ${to}, but not ${char} of ${seq}`)
        }
      }
    }
  }

  function lookAtCommands(page: Page): void {
    const entries = page.tab.core!.commands.entries()
    const here = new Map(entries.map((entry) => [entry.id, entry.state]))
    for (const [id, before] of page.acts) {
      const state = here.get(id)
      if (state === before) continue
      const key = actKey(page.person.id, id)
      const act = commands.get(key)!
      machine.tell(() => `${act.name} ${id}: ${before} → ${state}`)
      if (state === 'saved' || state === 'held' || state === 'refused') {
        if (!results.has(key))
          problem(`${page.name} shows ${act.name} as ${state}, and the disk has no answer to it`)
        act.state = state
      }
      if (state !== undefined) page.acts.set(id, state)
      else {
        page.acts.delete(id)
        if (!act.lost) letGo(page, act, before)
      }
    }
    for (const [id, state] of here) {
      if (!page.acts.has(id) && commands.has(actKey(page.person.id, id))) page.acts.set(id, state)
    }
  }

  /** The outbox has no more of it: the server has answered, and what it did is to be seen here. */
  function letGo(page: Page, act: Act, before: string): void {
    if (!results.has(actKey(act.member, act.id))) {
      problem(`${page.name} let go of ${act.name} (${before}), which the disk has not`)
      return
    }
    if (act.state !== 'refused') act.state = 'saved'
    if (act.name === 'discussions.post' && before !== 'refused') page.owed.set(act, machine.now + soon)
  }

  /** A document may take a moment to be the one that has it. */
  function lookAtOwed(page: Page): void {
    for (const [act, until] of page.owed) {
      const handle = page.handles.get(`thread/${act.input.threadId}`)
      const shown = !handle?.loaded() || handle.doc.getMap('posts').has(act.input.postId)
      if (!shown && machine.now <= until) continue
      page.owed.delete(act)
      if (!shown) problem(`${page.name} let go of ${act.name}, and does not show it`)
    }
  }

  return {
    problems,
    marks,
    commands,
    shutOut,
    roleIs(memberId, role) {
      if (holds({ id: memberId, role }, 'moderator')) moderators.add(memberId)
      else if (moderators.delete(memberId)) moderated.set(memberId, machine.now)
    },
    mayModerate: (memberId) =>
      moderators.has(memberId) || machine.now <= (moderated.get(memberId) ?? 0) + grace,
    problem,
    mark(about) {
      const mark: Mark = {
        ...about,
        char: String.fromCharCode(firstMark + marks.size),
        at: machine.now,
        kept: false,
        saved: false,
        gone: false,
        goneSaved: false,
        lost: false,
      }
      marks.set(mark.char, mark)
      machine.tell(() => `${mark.page} writes ${mark.char} in ${mark.place}`)
      return mark
    },
    syncBegan,
    leaves(memberId, bytes) {
      for (const char of charsIn(bytes)) {
        const mark = marks.get(char)
        if (!mark) continue
        if (machine.now > (mark.withdrawnAt ?? Number.POSITIVE_INFINITY) + grace)
          problem(`${char} of ${mark.place} was removed, and is sent to ${memberId}`)
        if (!durable.has(char)) problem(`${char} left the server before the disk had it`)
        if (memberId === null || (mark.forMembers && !mark.forMembers(memberId)))
          problem(`${char} of ${mark.place} was sent to ${memberId ?? 'a guest'}`)
      }
      const since = memberId === null ? undefined : shutOut.get(memberId)
      if (since !== undefined && machine.now > since + grace && charsIn(bytes) !== '')
        problem(`${charsIn(bytes)} was sent to ${memberId}, who is shut out`)
    },
    isDurable: (mark) => durable.has(mark.char),
    look(page) {
      if (!page.tab.core) return
      followDatabase(page)
      for (const [room, handle] of page.handles) {
        const state = handle.state()
        if (page.shown.get(room) !== state) {
          page.shown.set(room, state)
          machine.tell(() => `shows ${room} as ${state}`)
        }
        if (state === 'saved') looksSaved(page, room)
        if (state === 'device') for (const mark of page.unsaved.get(room) ?? []) mark.kept = true
        const sequence = handle.sequence()
        const seen = page.sequences.get(room) ?? 0
        if (sequence === seen) continue
        page.sequences.set(room, sequence)
        if (sequence > seen && handle.loaded()) checkSequence(page, room, seen, sequence)
      }
      lookAtCommands(page)
      if (page.owed.size > 0) lookAtOwed(page)
    },
    forgive({ page, device }) {
      for (const mark of marks.values()) {
        if (!mark.saved && (mark.device === device || (mark.page === page && !mark.kept))) mark.lost = true
      }
      for (const act of commands.values()) {
        if (act.state !== 'saved' && (act.device === device || (act.page === page && !act.stored)))
          act.lost = true
      }
    },
  }
}

/** Marks in UTF-8: three bytes each. */
export function charsIn(bytes: Uint8Array): string {
  let found = ''
  for (let i = 0; i + 2 < bytes.length; i++) {
    const first = bytes[i]!
    if (first < 0xe4 || first > 0xe9) continue
    const [second, third] = [bytes[i + 1]!, bytes[i + 2]!]
    if ((second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80) continue
    found += String.fromCharCode(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f))
    i += 2
  }
  return found
}
