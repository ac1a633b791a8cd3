import { expect, test } from 'vitest'
import { contentFeatures, contentVectors } from './content.ts'
import { type FittedParts, fitMembers } from './fit.ts'
import { createInteractions } from './interactions.ts'
import { sparseRows } from './matrix.ts'
import { sampleCommunity } from './sample.ts'
import { lastOf } from './tune.ts'

const { items, lists } = sampleCommunity({ members: 300, items: 120, seed: 9 })
const rare = { id: 'rare', kind: 'course', tags: ['more-1'], at: 0, text: 'course about more 1' }
const catalogue = [...items, rare]

function fitted(strangers: number[]): FittedParts {
  const builder = createInteractions()
  lists.forEach((list, member) => {
    for (const id of list) builder.add(`${member}`, `${id}`)
  })
  for (const member of strangers) builder.add(`${member}`, 'rare')
  const { members, member, item, itemIds, weight } = builder.build()
  const place = new Map(catalogue.map(({ id }, row) => [id, row]))
  const column = item.map((at) => place.get(itemIds[at]!)!)
  return lastOf(
    fitMembers(
      {
        met: sparseRows(members, catalogue.length, member, column, weight, 5),
        items: catalogue,
        learnt: Uint8Array.from(catalogue, ({ id }) => (id === 'rare' ? 0 : 1)),
        content: contentVectors(contentFeatures(catalogue), 20, 1),
      },
      {
        dimensions: 8,
        unobservedWeight: 0.1,
        regularisation: 0.02,
        frequencyExponent: 1,
        popularityShare: 0,
        epochs: 3,
        seed: 1,
      },
    ),
  )
}

test('who met a suppressed item leaves no trace in the model', () => {
  expect(fitted([1, 2, 3])).toEqual(fitted([40, 50]))
})

test('a suppressed item stands where its content puts it', () => {
  const { codes, scales, fromContent, popularity } = fitted([1, 2, 3])
  expect([fromContent.at(-1), popularity.at(-1)]).toEqual([1, 0])
  // The first direction is popularity, which all items share.
  const likeness = (a: number, b: number): number => {
    let [ab, aa, bb] = [0, 0, 0]
    for (let k = 1; k < 8; k++) {
      const [x, y] = [codes[a * 8 + k]!, codes[b * 8 + k]!]
      ab += x * y
      aa += x * x
      bb += y * y
    }
    return ab / Math.sqrt(aa * bb)
  }
  expect(scales.at(-1)).toBeGreaterThan(0)
  const [alike, others] = [true, false].map((same) =>
    items.flatMap((item, row) =>
      item.tags.includes('more-1') === same ? [likeness(row, items.length)] : [],
    ),
  )
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(alike!)).toBeGreaterThan(mean(others!) + 0.3)
})
