import { expect, test } from 'vitest'
import { compilePattern } from './moderation-pattern.ts'

function matches(source: string, text: string): boolean {
  const pattern = compilePattern(source)
  if (!pattern.ok) throw new Error(`${source}: ${pattern.error.what}`)
  return pattern.value.test(text)
}

test('matches what a regular expression of the same letters matches', () => {
  const sources = [
    'abc',
    'a.c',
    '^abc$',
    'a+b*c?',
    '(foo|bar)+baz',
    '[a-c]{2,3}x',
    '[^0-9]+!',
    '\\d{3}-\\d{4}',
    '\\bwin\\b',
    'a{2}b{0,2}c{1,}',
    '(a|)b',
    '(a*)*b',
    '加(微|v)信?',
    '\\.com$',
    '[\\]x]',
    '[a-]z',
    '^$',
    '(?:ab)+',
  ]
  const texts = [
    '',
    'abc',
    'xxabcxx',
    'aab',
    'aabbcc',
    'foobarbaz',
    'bbx',
    'abcabc!',
    'call 555-1234 now',
    'win now',
    'windows',
    '加微信',
    '加v信',
    '加v',
    'a.com',
    'xcom',
    ']',
    '-z',
    'ababx',
    'b',
    'a\nc',
  ]
  for (const source of sources)
    for (const text of texts)
      expect([source, text, matches(source, text)]).toEqual([source, text, new RegExp(source).test(text)])
})

test('patterns that hang a backtracking matcher take no longer than others', () => {
  const text = `${'a'.repeat(50_000)}!`
  for (const source of ['(a+)+$', '(a|aa)+$', '(a*)*b', '(.*a){20}x', '^(a?){100}a{100}$', '(a|a)*c']) {
    const began = performance.now()
    matches(source, text)
    expect(performance.now() - began, source).toBeLessThan(1_500)
  }
})

test('says what it does not take, and where', () => {
  const wrong: [string, string][] = [
    ['(a', 'syntax'],
    ['a)', 'syntax'],
    ['*a', 'syntax'],
    ['[a', 'syntax'],
    ['a{3,1}', 'syntax'],
    ['\\', 'syntax'],
    ['(?=a)', 'unsupported'],
    ['(?<!a)', 'unsupported'],
    ['(a)\\1', 'unsupported'],
    ['a{101}', 'too_big'],
    ['((a{100}){100}){100}', 'too_big'],
    ['(((){100}){100}){100}', 'too_big'],
    ['('.repeat(40), 'too_big'],
  ]
  for (const [source, what] of wrong)
    expect([source, compilePattern(source)]).toMatchObject([source, { ok: false, error: { what } }])
})

test('case does not matter, nor full width', () => {
  expect(matches('WIN ＄', 'win $')).toBe(true)
  expect(matches('[A-C]x', 'bx')).toBe(true)
  expect(matches('\\S\\S', 'ab')).toBe(true)
})
