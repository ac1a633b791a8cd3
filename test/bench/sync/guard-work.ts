/** What it costs to read every update before it touches a document, beside what applying it costs anyway. */
import * as Y from 'yjs'
import { applyInspected, inspect } from '#server/core/updates.ts'
import { compare, type Work } from './bench.ts'

const clients = 500
const length = 20_000
const perBlock = 200
const perTick = 20

export const guard: Work = async (bench) => {
  const blocks = bench.quick ? 20 : 100
  const { state, updates } = typedByMany(perBlock * (blocks + warming))
  const copy = (): Y.Doc => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, state)
    return doc
  }
  const [plain, guarded, ticked] = [copy(), copy(), copy()]
  const ways = [
    {
      doc: plain,
      apply(block: Uint8Array[]) {
        for (const update of block) Y.applyUpdate(plain, update)
      },
    },
    {
      doc: guarded,
      apply(block: Uint8Array[]) {
        for (const update of block) applyInspected(guarded, inspect(guarded).add(update))
      },
    },
    {
      doc: ticked,
      apply(block: Uint8Array[]) {
        for (let i = 0; i < block.length; i += perTick) {
          const inspection = inspect(ticked)
          const sound = block.slice(i, i + perTick).map((update) => inspection.add(update))
          ticked.transact(() => {
            for (const update of sound) applyInspected(ticked, update)
          })
        }
      },
    },
  ]
  const times: number[][] = ways.map(() => [])
  for (let b = 0; b < blocks + warming; b++) {
    const block = updates.slice(b * perBlock, (b + 1) * perBlock)
    // In turn, so that nobody always has the caches of the one before.
    for (let w = 0; w < ways.length; w++) {
      const way = (w + b) % ways.length
      const start = performance.now()
      ways[way]!.apply(block)
      if (b >= warming) times[way]!.push(((performance.now() - start) * 1000) / perBlock)
    }
  }
  const texts = new Set(ways.map(({ doc }) => doc.getText('body').toString()))
  if (texts.size !== 1) throw new Error('the ways of applying do not agree')
  const peer = { name: `plain Y.applyUpdate, ${clients} clients`, values: times[0]! }
  return [
    compare({ work: 'guarded apply, one by one', unit: 'µs/update', ours: times[1]!, peer, aim: '<=1.15' }),
    compare({
      work: `guarded apply, ${perTick} a tick`,
      unit: 'µs/update',
      ours: times[2]!,
      peer,
      aim: '<1',
    }),
  ]
}

const warming = 20

/** A text by many, who type and delete all over it. */
function typedByMany(count: number): { state: Uint8Array; updates: Uint8Array[] } {
  const random = seeded(7)
  const doc = new Y.Doc()
  const text = doc.getText('body')
  const places = Array.from({ length: clients }, () => 0)
  for (let i = 0; text.length < length; i++) {
    doc.clientID = 1 + (i % clients)
    text.insert(Math.floor(random() * text.length), 'as it was said ')
  }
  const state = Y.encodeStateAsUpdate(doc)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  while (updates.length < count) {
    const writer = Math.floor(random() * clients)
    doc.clientID = 1 + writer
    // Now and then somebody goes elsewhere in the text.
    if (places[writer] === 0 || random() < 0.05) places[writer] = 1 + Math.floor(random() * (text.length - 2))
    const at = Math.min(places[writer]!, text.length - 1)
    if (random() < 0.15) text.delete(at - 1, 1)
    else {
      text.insert(at, 'e')
      places[writer] = at + 1
    }
  }
  return { state, updates }
}

export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
