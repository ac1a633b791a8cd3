import { expect, test } from 'vitest'
import { translate } from '#shared/words/index.ts'
import { statusOf } from './status-of.ts'

const calm = { online: true, syncing: false, waiting: 0, refused: 0, readOnly: false }
const t = translate('en')

test('a calm app says that it is up to date', () => {
  expect(statusOf(calm, t)).toEqual({ state: 'ok', word: 'Up to date' })
  expect(statusOf({ ...calm, syncing: true }, t)).toEqual({ state: 'syncing', word: 'Syncing' })
})

test('what waits is counted, offline too', () => {
  expect(statusOf({ ...calm, waiting: 3, syncing: true }, t)).toEqual({ state: 'waiting', word: '3 waiting' })
  expect(statusOf({ ...calm, online: false }, t)).toEqual({ state: 'offline', word: 'Offline' })
  expect(statusOf({ ...calm, online: false, waiting: 3 }, t).word).toBe('Offline · 3 waiting')
})

test('a refusal is said first, until the member decides', () => {
  const status = statusOf({ ...calm, online: false, refused: 1, waiting: 2 }, t)
  expect(status).toEqual({ state: 'problem', word: '1 refused · 2 waiting' })
})

test('a server that takes no writes is a problem, in both languages', () => {
  expect(statusOf({ ...calm, readOnly: true }, t)).toEqual({ state: 'problem', word: 'Read-only' })
  expect(statusOf({ ...calm, readOnly: true }, translate('zh')).word).toBe('只读')
})

test('a session that ended is not called offline', () => {
  expect(statusOf({ ...calm, online: false, waiting: 1 }, t, true)).toEqual({
    state: 'problem',
    word: 'Signed out · 1 waiting',
  })
})

test('an app that must be updated first says so, calmly, and what waits', () => {
  const status = statusOf({ ...calm, online: false, waiting: 2 }, t, false, true)
  expect(status).toEqual({ state: 'waiting', word: 'Update needed · 2 waiting' })
})
