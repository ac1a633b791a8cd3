import { expect, test } from 'vitest'
import { slugMaker } from './slug.ts'

test('ids are those that links written for GitHub expect', () => {
  const slug = slugMaker('')
  expect(slug('Getting started: a C++ tour!')).toBe('getting-started-a-c-tour')
  expect(slug('将 Props 传递给组件')).toBe('将-props-传递给组件')
  expect(slug('What’s new?')).toBe('whats-new')
})

test('repeats are numbered, and a prefix keeps texts apart', () => {
  const slug = slugMaker('p7-')
  expect([slug('Same'), slug('Same'), slug('?!'), slug('same')]).toEqual([
    'p7-same',
    'p7-same-1',
    'p7-section',
    'p7-same-2',
  ])
})

test("a heading's own id wins", () => {
  expect(slugMaker('p-')('嵌套组件 {#nesting-components}')).toBe('p-nesting-components')
})
