import * as v from 'valibot'
import { expect, test } from 'vitest'
import { line, lineOf } from './line.ts'

test('a name is one line that can be seen, in any writing', () => {
  const cases: [string, string][] = [
    ['  Lin  ', 'Lin'],
    ['李小明', '李小明'],
    ['👩‍💻 Ada', '👩‍💻 Ada'],
    ['שלום \u200fעולם', 'שלום \u200fעולם'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['one\n\ttwo\u0000three', 'one two three'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['\u2067isolated\u2069', 'isolated'],
  ]
  for (const [given, kept] of cases) expect(lineOf(given)).toBe(kept)
})

test('what nobody would see is no name', () => {
  for (const given of [
    '',
    ' ',
    '\u200b',
    '\u00ad\u200d\ufeff',
    '\u3164',
    '\u2800\u2800',
    '\u202e\u202c',
    '\ufe0f',
    '\n',
  ])
    expect(v.is(line(60), given), JSON.stringify(given)).toBe(false)
  expect(v.is(line(3), 'four')).toBe(false)
  expect(v.parse(line(4), ' two\u202e ')).toBe('two')
})
