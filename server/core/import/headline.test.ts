import { expect, test } from 'vitest'
import { headlineOf } from './headline.ts'

test('a headline is read without what closes it, and without the marks of site generators', () => {
  expect(headlineOf('\n# Learn C#\nText')).toEqual({ headline: 'Learn C#', rest: 'Text' })
  expect(headlineOf('# Title ##  \n')).toEqual({ headline: 'Title', rest: '' })
  expect(headlineOf('# Title {/*the-slug*/}')).toEqual({ headline: 'Title', rest: '' })
  expect(headlineOf('# Title {#own}')).toEqual({ headline: 'Title', rest: '' })
})

test('what is no headline is none', () => {
  for (const text of ['', '  \n', 'Text', '#hash', '## Second', '# ##'])
    expect(headlineOf(text)).toBeUndefined()
})

test('a line made to keep a reader busy is not read as one', () => {
  for (const filler of [' ', '#', ' #', '{/*', '{#']) {
    expect(headlineOf(`# a${filler.repeat(100_000)}x`)).toBeUndefined()
    headlineOf(`# a${filler.repeat(300)}x`)
  }
})
