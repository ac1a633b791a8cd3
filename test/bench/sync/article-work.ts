/** An article of 65 KB after ten thousand edits in forty sessions: as it grew, and re-based. */
import { gzipSync } from 'node:zlib'
import * as Y from 'yjs'
import { copyVisible } from '#server/core/rebase.ts'
import { type Bench, compare, type Work } from './bench.ts'
import { seeded } from './guard-work.ts'
import { bodyOfPost } from './seed.ts'

const edits = 10_000
const sessions = 40
const name = 'the document as it grew'

export const article: Work = async (bench: Bench) => {
  const grown = grow()
  const fresh = new Y.Doc()
  fresh.transact(() => copyVisible(grown, fresh))
  const text = grown.getText('body').toString()
  const [before, after] = [Y.encodeStateAsUpdate(grown), Y.encodeStateAsUpdate(fresh)]
  const times = { before: [] as number[], after: [] as number[] }
  const open = (state: Uint8Array): number => {
    const start = performance.now()
    const doc = new Y.Doc()
    Y.applyUpdate(doc, state)
    const shown = doc.getText('body').toString()
    const milliseconds = performance.now() - start
    if (shown !== text) throw new Error('the text has changed')
    return milliseconds
  }
  for (let i = 0; i < (bench.quick ? 30 : 150); i++) {
    const both = { before: open(before), after: open(after) }
    if (i < 20) continue
    times.before.push(both.before)
    times.after.push(both.after)
  }
  return [
    compare({
      work: `article, ${edits} edits, re-based`,
      unit: 'KB gz',
      ours: [gzipSync(after).byteLength / 1000],
      peer: { name, values: [gzipSync(before).byteLength / 1000] },
      aim: '<=0.3333',
    }),
    compare({
      work: `article, ${edits} edits, re-based: open`,
      unit: 'ms',
      ours: times.after,
      peer: { name, values: times.before },
      aim: '<=0.05',
    }),
  ]
}

function grow(): Y.Doc {
  const random = seeded(11)
  const doc = new Y.Doc()
  const text = doc.getText('body')
  doc.clientID = 1
  text.insert(0, Array.from({ length: 125 }, (_, i) => bodyOfPost(i)).join('\n\n'))
  for (let i = 0; i < edits; i++) {
    doc.clientID = 2 + Math.floor((i * sessions) / edits)
    const at = Math.floor(random() * (text.length - 20))
    const kind = random()
    if (kind < 0.3) text.delete(at, 1 + Math.floor(random() * 4))
    else text.insert(at, kind < 0.7 ? 'e' : ' and so on')
  }
  return doc
}
