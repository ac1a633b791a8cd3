/**
 * Bugs that the simulator must find: each is a change of the real source that somebody might make, or once made. When
 * the source changes under one of them it has to be planted anew; a bug that nobody can find any more is no test.
 */
import type { Planted } from './build.ts'

export const planted: readonly Planted[] = [
  // The server: what is durable, and when it is said.
  {
    name: 'an update is acknowledged before its transaction has ended',
    file: 'server/core/room-ticks.ts',
    kind: 'statement',
    find: 'taken.push(one)',
    replace: 'taken.push(one)\none.from.acknowledge(one.frame)',
  },
  {
    name: 'the barrier lets everybody pass',
    file: 'server/core/durability.ts',
    kind: 'expression',
    find: 'synced >= commits',
    replace: 'synced >= 0',
  },
  {
    name: 'commits are taken for synced that came while a sync was under way',
    file: 'server/core/durability.ts',
    kind: 'statement',
    find: 'synced = covers',
    replace: 'synced = commits + covers * 0',
  },
  {
    name: 'what a transaction leads to happens before it is durable',
    file: 'server/core/transact.ts',
    kind: 'statement',
    find: 'await database.durability.settled()\n        run.durable()',
    replace: 'run.durable()\nawait database.durability.settled()',
  },
  {
    name: 'what a rollback undid stays in the document',
    file: 'server/core/live-room.ts',
    kind: 'statement',
    find: 'room.stale = true',
    replace: 'room.stale = false',
  },
  {
    name: 'a snapshot makes the row after it forgotten',
    file: 'server/core/room-log.ts',
    kind: 'expression',
    find: 'readRows(db, name, snapshot?.seq ?? 0)',
    replace: 'readRows(db, name, (snapshot?.seq ?? -1) + 1)',
  },
  // Commands.
  {
    name: 'a retry runs its command again',
    file: 'server/core/commands.ts',
    kind: 'expression',
    find: 'await findResult(tx.trx, sender.id, envelope.id)',
    replace: 'undefined',
  },
  {
    name: 'a command is answered with what another member was answered',
    file: 'server/core/commands.ts',
    kind: 'expression',
    find: 'await findResult(tx.trx, sender.id, envelope.id)',
    replace: `await (tx.trx.selectFrom('command_result').select('result').where('command_id', '=', envelope.id)
      .executeTakeFirst().then((found) => found && JSON.parse(found.result)))`,
  },
  {
    name: 'a deleted post keeps its text',
    file: 'server/features/discussions/commands.ts',
    kind: 'statement',
    find: "await mirrorPost(tx, thread, post, { body: '', edits: 0, editedAt: null, deletedAt: tx.now, reactions: {} })",
    replace:
      'await mirrorPost(tx, thread, post, { edits: 0, editedAt: null, deletedAt: tx.now, reactions: {} })',
  },
  // Rooms: who is told what.
  {
    name: 'one of those in a room is left out',
    file: 'server/core/room-ticks.ts',
    kind: 'statement',
    find: 'for (const peer of room.peers) if (peer !== author) peer.deliver(update)',
    replace: 'for (const peer of [...room.peers].slice(1)) if (peer !== author) peer.deliver(update)',
  },
  {
    name: 'a thread tells nobody of its news',
    file: 'server/core/docs.ts',
    kind: 'statement',
    find: 'for (const peer of room.peers) peer.deliver(update)',
    replace: 'void update',
  },
  {
    name: 'an acknowledgement covers one frame too many',
    file: 'server/core/seat.ts',
    kind: 'expression',
    find: 'first.value - 1',
    replace: 'first.value',
  },
  {
    name: 'a device is told where the log stands before it has what led there',
    file: 'server/core/seat.ts',
    kind: 'expression',
    find: '!complete',
    replace: 'false',
  },
  {
    name: 'a stale epoch may be joined',
    file: 'server/core/docs.ts',
    kind: 'expression',
    find: 'epoch !== undefined && epoch !== room.epoch',
    replace: 'false',
  },
  // The feed.
  {
    name: 'a page of the feed ends after a row that it does not have',
    file: 'server/core/feed.ts',
    kind: 'statement',
    find: 'reached = entry.seq',
    replace: 'reached = entry.seq + 1',
  },
  {
    name: 'a row that is withdrawn stays on the feed',
    file: 'server/core/feed.ts',
    kind: 'expression',
    find: '!wanted.has(audience)',
    replace: 'false',
  },
  {
    name: 'whoever loses an audience keeps its rows',
    file: 'server/core/feed.ts',
    kind: 'expression',
    find: 'isProgress(audience) || audiences.includes(audience)',
    replace: 'true',
  },
  {
    name: 'nobody is told that the feed has moved',
    file: 'server/app.ts',
    kind: 'expression',
    find: 'effects.feed.size > 0',
    replace: 'false',
  },
  {
    name: 'a socket outlives its session',
    file: 'server/app.ts',
    kind: 'expression',
    find: 'effects.accessChanged.size > 0 || effects.withdrawn.size > 0',
    replace: 'false',
  },
  // The device: outbox and feed.
  {
    name: 'a command is let go as soon as it is answered',
    file: 'client/core/outbox.ts',
    kind: 'expression',
    find: '!rooms.every(([room, sequence]) => (sequences.get(room) ?? -1) >= sequence)',
    replace: 'false',
  },
  {
    name: 'a request that gets no answer takes its commands with it',
    file: 'client/core/sender.ts',
    kind: 'statement',
    find: 'await takeBack(db, orders)\n      options.onReachable(false)',
    replace: 'await db.outbox.bulkDelete(orders)\n      options.onReachable(false)',
  },
  {
    name: 'the last row of a page is not stored',
    file: 'client/core/intake.ts',
    kind: 'expression',
    find: "put.map((row) => toStoredRow(keys, row.table, row.id, row.data as StoredRow['data'], page.epoch))",
    replace:
      "put.slice(0, Math.max(1, put.length - 1)).map((row) => toStoredRow(keys, row.table, row.id, row.data as StoredRow['data'], page.epoch))",
  },
  {
    name: 'rows that are gone stay on the device',
    file: 'client/core/intake.ts',
    kind: 'statement',
    find: 'await db.rows.bulkDelete(gone.map((row) => [row.table, row.id]))',
    replace: 'void gone',
  },
  {
    name: 'a socket that is dead is never found out',
    file: 'client/core/socket.ts',
    kind: 'statement',
    find: 'if (open && Math.abs(around.now() - heardAt) >= silence) probe()',
    replace: 'void silence',
  },
  {
    name: 'whoever signs out loses what was to be kept',
    file: 'client/core/session.ts',
    kind: 'expression',
    find: "unsent === 'discard'",
    replace: 'true',
  },
  // The device: documents.
  {
    name: 'an edit is covered by a frame that was sent before it',
    file: 'client/core/room.ts',
    kind: 'expression',
    find: 'link?.replied ? link.count : undefined',
    replace: 'link?.replied ? link.count - 1 : undefined',
  },
  {
    name: 'acknowledgements of an earlier connection count',
    file: 'client/core/ledger.ts',
    kind: 'statement',
    find: 'for (const row of rows.values()) row.frame = undefined',
    replace: 'void rows',
  },
  {
    name: 'edits are stored as if they had been sent',
    file: 'client/core/update-log.ts',
    kind: 'expression',
    find: '{ room, copy, bytes: merge(edits), unsent: 1, madeAt: now }',
    replace: '{ room, copy, bytes: merge(edits), unsent: 0, madeAt: now }',
  },
  {
    name: 'a compacted log takes everything for sent',
    file: 'client/core/update-log.ts',
    kind: 'expression',
    find: '{ room, copy, bytes: state, unsent: 1, madeAt: now } as StoredUpdate',
    replace: '{ room, copy, bytes: state, unsent: 0, madeAt: now } as StoredUpdate',
  },
  {
    name: 'a position is stored without what leads to it',
    file: 'client/core/journal.ts',
    kind: 'expression',
    find: 'isKnown ? remote : []',
    replace: '[]',
  },
  {
    name: 'what an earlier visit left behind is not sent',
    file: 'client/core/rooms.ts',
    kind: 'statement',
    find: 'void sendLeftovers().catch(report)',
    replace: 'void sendLeftovers',
  },
  {
    name: 'what one tab receives the others do not show',
    file: 'client/core/room.ts',
    kind: 'statement',
    find: 'Y.applyUpdate(doc, heard.update, fromTab)\n        ledger.know(heard.update)',
    replace: 'ledger.know(heard.update)',
  },
  {
    name: 'other tabs do not hear what was acknowledged',
    file: 'client/core/room.ts',
    kind: 'statement',
    find: "post({ type: 'acknowledged', room, keys })",
    replace: 'void keys',
  },
  {
    name: 'the last words of a page are not taken up',
    file: 'client/core/inherit.ts',
    kind: 'expression',
    find: 'takeWords(around.shelf, db.name, tabs.tab, store)',
    replace: 'takeWords(around.shelf, db.name, tabs.tab, async () => {})',
  },
  {
    name: 'a new epoch drops what was not acknowledged',
    file: 'client/core/copies.ts',
    kind: 'expression',
    find: 'unsent.length === 0',
    replace: 'true',
  },
]
