import { expect, test } from 'vitest'
import { voiceOf } from './voices.ts'

test.each([
  ['代码评审到底在审什么', 'zh'],
  ['SQLite 里没有 SKIP LOCKED，几个进程一起认领任务', 'zh'],
  ['两种都读 · I read both', 'zh'],
  ['A service worker is a deployment', 'en'],
  ['Reading a book called 《围城》 in the train home', 'en'],
  ['Home', undefined],
  ['Ada Lovelace', undefined],
  ['第', undefined],
  ['12:30 – 14:00', undefined],
])('%s is read as %s', (text, voice) => {
  expect(voiceOf(text)).toBe(voice)
})
