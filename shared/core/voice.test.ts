import { expect, test } from 'vitest'
import { inVoice, voiceOf } from './voice.ts'

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

test('of a text in both languages each reader gets their own, and of any other the whole', () => {
  const both = '一群认真写软件的人。\n\nPeople who care about their software.\n\n2026'
  expect(inVoice(both, 'zh')).toBe('一群认真写软件的人。\n\n2026')
  expect(inVoice(both, 'en')).toBe('People who care about their software.\n\n2026')
  expect(inVoice('一群认真写软件的人。', 'en')).toBe('一群认真写软件的人。')
})
