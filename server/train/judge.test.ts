import { expect, test } from 'vitest'
import { createInteractions } from './interactions.ts'
import { type Answers, giniOf, qualityByGroup } from './judge.ts'
import { sampleCommunity } from './sample.ts'
import { type TrainInput, type TrainResult, train } from './train.ts'

const day = 86_400_000
const start = 1_700_000_000_000

/** Each member's items one a day, from the first on. */
function timed(until: number): TrainInput {
  const { items, lists } = sampleCommunity({ members: 200, items: 60, seed: 4 })
  const builder = createInteractions()
  for (const [member, list] of lists.entries())
    list.forEach((item, i) => {
      if (start + i * day <= until) builder.add(String(member), String(item), 1, start + i * day)
    })
  return { items, interactions: builder.build() }
}

async function trained(input: TrainInput, now: number): Promise<TrainResult> {
  const result = await train(input, { now, minMembers: 5 })
  if (!result.ok) throw new Error(result.error)
  return result.value
}

test('a serving model is asked about what came after it, with a new model that has not seen that either', async () => {
  const [then, now] = [start + 9 * day, start + 15 * day]
  const before = await trained(timed(then), then)
  expect(before.judged.against).toBeNull()
  const after = await trained({ ...timed(now), current: { bytes: before.bytes, until: then } }, now)
  const { against, measures } = after.judged
  expect(against).toMatchObject({ version: before.version, on: 'unseen', items: 60, source: 'members' })
  expect(against!.members).toBeGreaterThan(100)
  // Trained on the same days by the same recipe, they are about as good.
  expect(against!.candidate.ndcg10).toBeGreaterThan(0.8 * against!.current.ndcg10)
  expect(against!.candidate.ndcg10).toBeLessThan(1.25 * against!.current.ndcg10)
  for (const share of ['ndcg10', 'recall20', 'coverage10', 'gini', 'tailShare'] as const) {
    expect(measures![share]).toBeGreaterThan(0)
    expect(measures![share]).toBeLessThanOrEqual(1)
  }
  expect(measures!.popularityLift).toBeGreaterThan(0.5)
  // Nothing came since: both have learnt from what is asked.
  const again = await trained({ ...timed(now), current: { bytes: after.bytes, until: now } }, now)
  expect(again.judged.against).toMatchObject({ on: 'seen', candidate: again.judged.against!.current })
}, 60_000)

test('Gini: all alike is nought, all to one is nearly one', () => {
  expect(giniOf([3, 3, 3, 3])).toBeCloseTo(0)
  expect(giniOf([0, 0, 0, 8])).toBeCloseTo(0.75)
  expect(giniOf([0, 0])).toBe(0)
})

test('no group of fewer than ten is told of, nor can it be worked out from the others', () => {
  const answers = (members: number): Answers => ({
    measures: {} as Answers['measures'],
    ndcg10: new Float64Array(members).fill(0.5),
    recall20: new Float64Array(members).fill(0.5),
  })
  const of = (...sizes: number[]) => sizes.flatMap((size, group) => Array<number>(size).fill(group))
  const told = (...sizes: number[]) =>
    qualityByGroup(answers(sizes.reduce((sum, one) => sum + one, 0)), of(...sizes), ['a', 'b', 'c']).map(
      ({ name, members }) => [name, members],
    )
  expect(told(20, 12)).toEqual([
    ['a', 20],
    ['b', 12],
  ])
  // Six and seven are others together.
  expect(told(20, 6, 7)).toEqual([
    ['a', 20],
    ['', 13],
  ])
  // Alone, the three would be what is left over: the smaller of the rest joins them.
  expect(told(30, 12, 3)).toEqual([
    ['a', 30],
    ['', 15],
  ])
  expect(told(5, 3)).toEqual([])
  // Of no group at all: others, too.
  expect(qualityByGroup(answers(15), [...of(12), -1, -1, -1], ['a'])).toMatchObject([
    { name: '', members: 15 },
  ])
})
