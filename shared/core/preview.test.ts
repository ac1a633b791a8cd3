import { expect, test } from 'vitest'
import { previewEnd, previewOf } from './preview.ts'

test('the preview is what stands above the author’s mark, and nothing without one', () => {
  expect(previewOf('First.\n\n<!-- more -->\n\nSecret.')).toBe('First.')
  expect(previewOf('First.\r\n<!--more-->\r\nSecret.')).toBe('First.')
  expect(previewOf('All of it.')).toBe('')
  expect(previewOf('<!-- more -->\nSecret.')).toBe('')
})

test('a mark in a code block, or within a line, is not one', () => {
  const text = '```html\n<!-- more -->\n```\n\nSee <!-- more --> there.\n\n<!-- more -->\nSecret.'
  expect(previewOf(text)).toBe('```html\n<!-- more -->\n```\n\nSee <!-- more --> there.')
  expect(previewEnd('~~~~\n~~~\n<!-- more -->\n')).toBeUndefined()
})

test('a preview is bounded, whole paragraphs if possible', () => {
  const paragraph = `${'word '.repeat(200).trim()}\n\n`
  const preview = previewOf(`${paragraph.repeat(20)}<!-- more -->`)
  expect(preview.length).toBeLessThanOrEqual(6_000)
  expect(`${preview}\n\n`.length % paragraph.length).toBe(0)
  expect(previewOf(`${'x'.repeat(9_000)}\n<!-- more -->`)).toHaveLength(6_000)
})
