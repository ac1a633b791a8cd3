import { expect, it } from 'vitest'
import { handlesIn } from './mentions.ts'

it.each([
  ['hello @ada', ['ada']],
  ['@Ada and @ben-2, (@c_d)! @ada', ['ada', 'ben-2', 'c_d']],
  ['请 @ada看看，@ben。', ['ada', 'ben']],
  ['**@ada** in bold, and\n\n- a list @ben\n- [ ] a task @cy', ['ada', 'ben', 'cy']],
  ['> quoted @ada', ['ada']],
  ['| a | b |\n|---|---|\n| @ada | x |', ['ada']],
  ['# @ada in a heading', ['ada']],
])('%j calls %j', (text, handles) => {
  expect(handlesIn(text)).toEqual(handles)
})

it.each([
  '`@ada`',
  '```\n@ada\n```',
  '    @ada, indented',
  'mail ada@example.org or @ada@chaos.social',
  'see [what @ada said](https://example.org/@ada)',
  'https://example.org/@ada',
  'a.@ada',
  '@a',
  '<!-- @ada -->',
])('%j calls nobody', (text) => {
  expect(handlesIn(text)).toEqual([])
})

it('calls at most twenty', () => {
  expect(handlesIn(Array.from({ length: 30 }, (_, n) => `@member${n}`).join(' '))).toHaveLength(20)
})
