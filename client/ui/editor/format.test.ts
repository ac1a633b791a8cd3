import { describe, expect, test } from 'vitest'
import { applyFormat, continueLine, type Format } from './format.ts'

/** Runs a format on text whose selection stands between two bars, and writes the result the same way. */
function run(format: Format, marked: string): string {
  const from = marked.indexOf('|')
  const to = marked.lastIndexOf('|') - (from === marked.lastIndexOf('|') ? 0 : 1)
  const text = marked.replaceAll('|', '')
  const edit = applyFormat(format, text, from, to)
  const after = text.slice(0, edit.from) + edit.insert + text.slice(edit.to)
  const [start, end] = edit.select
  return start === end
    ? `${after.slice(0, start)}|${after.slice(start)}`
    : `${after.slice(0, start)}|${after.slice(start, end)}|${after.slice(end)}`
}

describe('applyFormat', () => {
  test.each<[Format, string, string]>([
    ['bold', '读|一本|书', '读**|一本|**书'],
    ['bold', '读**|一本|**书', '读|一本|书'],
    ['bold', '读|**一本**|书', '读|一本|书'],
    ['bold', 'a | b |c', 'a  **|b|** c'],
    ['bold', 'a|', 'a**|**'],
    ['italic', '**|b|**', '***|b|***'],
    ['italic', '|**b**|', '*|**b**|*'],
    ['italic', '*|b|*', '|b|'],
    ['code', 'run |npm test| now', 'run `|npm test|` now'],
    ['code', '|a\nb|', '```|\na\nb\n```'],
    ['code', 'x|a\nb|y', 'x\n```|\na\nb\n```\ny'],
    ['link', 'see |this|', 'see [this](|https://|)'],
    ['link', '|https://a.b/c|', '[|](https://a.b/c)'],
    ['heading', 'Ti|tle', '## Title|'],
    ['heading', '## Ti|tle', '### Title|'],
    ['heading', '### Ti|tle', 'Title|'],
    ['list', '|a\nb|', '|- a\n- b|'],
    ['list', '|- a\n- b|', '|a\nb|'],
    ['list', '|1. a\n\nb|', '|- a\n\n- b|'],
    ['numbered', '|a\n- b\nc|', '|1. a\n2. b\n3. c|'],
    ['quote', 'x\n|y\n|z', 'x\n> y|\nz'],
    ['quote', '|', '> |'],
  ])('%s: %j becomes %j', (format, before, after) => {
    expect(run(format, before)).toBe(after)
  })
})

describe('Enter', () => {
  test.each([
    ['- a', { insert: '\n- ' }],
    ['  * a', { insert: '\n  * ' }],
    ['9. 九', { insert: '\n10. ' }],
    ['3) c', { insert: '\n4) ' }],
    ['- [x] done', { insert: '\n- [ ] ' }],
    ['> q', { insert: '\n> ' }],
    ['- ', { clear: true }],
    ['plain', null],
    ['-no', null],
  ])('after %j gives %j', (line, result) => {
    expect(continueLine(line, line.length)).toEqual(result)
  })

  test('before the mark stays a plain line break', () => {
    expect(continueLine('- a', 0)).toBeNull()
  })
})
