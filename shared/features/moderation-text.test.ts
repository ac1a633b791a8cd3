import { expect, test } from 'vitest'
import { fingerprint, hasWord, linksIn, normalised, readingsOf } from './moderation-text.ts'

const has = (text: string, word: string): boolean => hasWord(readingsOf(text), normalised(word))

test('a word is found however it is dressed up', () => {
  for (const text of [
    'best CASINO online',
    'best ｃａｓｉｎｏ',
    'c\u200ba\u200bs\u200bi\u200bn\u200bo',
    'c a s i n o',
    'c.a.s.i.n.o!',
    'c-A-s_i-N-o tonight',
    'саѕіnо in other letters',
    'cásinö',
    'ca\u00adsino',
  ])
    expect([text, has(text, 'casino')]).toEqual([text, true])
  for (const text of ['加微信', '加 微 信', '加.微.信', '加\u200b微\u200b信', '请加*微-信领取'])
    expect([text, has(text, '加微信')]).toEqual([text, true])
})

test('and is not found where it is not', () => {
  expect(has('casinos are elsewhere', 'casino')).toBe(false)
  expect(has('a class assignment', 'ass')).toBe(false)
  expect(has('微服务，信号量', '微信')).toBe(false)
  expect(has('add a b c and d', 'bcd')).toBe(false)
})

test('the same words in another dress have the same fingerprint', () => {
  expect(fingerprint('Buy NOW!!  https://x.example')).toBe(fingerprint('buy now https://x.example'))
  expect(fingerprint('加 微 信')).toBe(fingerprint('加微信'))
  expect(fingerprint('one')).not.toBe(fingerprint('two'))
})

test('links are counted', () => {
  expect(linksIn('see https://a.example/x, (http://b.example) and www.c.example。')).toHaveLength(3)
  expect(linksIn('no links here: example')).toEqual([])
})
