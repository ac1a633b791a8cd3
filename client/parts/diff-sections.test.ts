import { expect, test } from 'vitest'
import { diffLines } from '#shared/core/text-diff.ts'
import { sectionsOf } from './diff-sections.ts'

function numbered(count: number, change: (line: number) => string | undefined = () => undefined): string {
  return Array.from({ length: count }, (_, i) => change(i + 1) ?? `Line ${i + 1} says something`).join('\n')
}

function drawn(before: string, after: string): string[] {
  return sectionsOf(diffLines(before, after)).map(
    ({ folded, lines }) => `${folded ? 'folded' : 'shown'} ${lines.length}`,
  )
}

test('what did not change is folded away, but for two lines around each change', () => {
  const after = numbered(20, (line) => (line === 10 ? 'Line 10 says another thing' : undefined))
  expect(drawn(numbered(20), after)).toEqual(['folded 7', 'shown 5', 'folded 8'])
})

test('changes that lie close stand in one stretch', () => {
  const after = numbered(20, (line) => ([5, 12].includes(line) ? `Line ${line} is new` : undefined))
  // Two unchanged lines between what is shown anyway are not worth a fold.
  expect(drawn(numbered(20), after)).toEqual(['shown 14', 'folded 6'])
})

test('without a change there is nothing to show', () => {
  expect(drawn(numbered(20), numbered(20))).toEqual([])
  expect(drawn('', '')).toEqual([])
})

test('a text that went or came as a whole is shown as a whole', () => {
  expect(drawn(numbered(20), '')).toEqual(['shown 20'])
  expect(drawn('', numbered(3))).toEqual(['shown 3'])
})
