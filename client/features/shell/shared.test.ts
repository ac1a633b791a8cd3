import { expect, test } from 'vitest'
import { bodyOfShared, pathWithin, sharedOf, titleOf } from './shared.ts'

test('an address is found where it was given, and where apps put it', () => {
  expect(sharedOf({ title: 'A', url: 'https://a.example/x' })).toEqual({
    title: 'A',
    text: '',
    link: 'https://a.example/x',
  })
  expect(sharedOf({ text: 'Worth reading https://a.example/x' })).toEqual({
    title: '',
    text: 'Worth reading',
    link: 'https://a.example/x',
  })
  expect(sharedOf({ text: 'https://a.example/x', url: 'https://a.example/x' }).text).toBe('')
})

test('what is no web address stays text and is never a link', () => {
  const shared = sharedOf({ text: 'javascript:alert(1)', url: 'javascript:alert(1)' })
  expect(shared.link).toBe('')
  expect(bodyOfShared(shared)).toBe('javascript:alert(1)')
})

test('it is named by its title, else by its first line, else by where it is from', () => {
  expect(titleOf({ title: 'A', text: 'b', link: '' })).toBe('A')
  expect(titleOf({ title: '', text: 'b\nc', link: '' })).toBe('b')
  expect(titleOf({ title: '', text: '', link: 'https://a.example/x' })).toBe('a.example')
  expect(titleOf({ title: '字'.repeat(300), text: '', link: '' })).toHaveLength(120)
})

test('in Markdown the link stands below the words, and brackets of a title do not end it', () => {
  expect(bodyOfShared({ title: 'A [b]', text: 'c', link: 'https://a.example/x' })).toBe(
    'c\n\n[A \\[b\\]](<https://a.example/x>)',
  )
})

test('a page of this community is told from others', () => {
  expect(pathWithin('https://here.example/read/a?b#c', 'https://here.example')).toBe('/read/a?b#c')
  expect(pathWithin('https://there.example/read/a', 'https://here.example')).toBe('')
})
