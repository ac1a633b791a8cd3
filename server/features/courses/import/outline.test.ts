import { expect, test } from 'vitest'
import { readSummary } from './outline.ts'

test('a row made to keep a reader busy is passed over, and the others are read', () => {
  const hostile = [`- [b](${' '.repeat(20_000)}x`, `# a${' #'.repeat(20_000)}x`, `- [${'\\['.repeat(20_000)}`]
  const read = readSummary(['- [A](a.md)', ...hostile].join('\n'))
  expect(read.ok && read.value.chapters.flatMap(({ lessons }) => lessons)).toEqual([
    { title: 'A', path: 'a.md' },
  ])
})
