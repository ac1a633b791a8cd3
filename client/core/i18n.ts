/**
 * The language of the app on this device: words from the shared dictionary, dates and numbers from Intl in the
 * device's time zone. Guests get the browser's language; what a member chose is kept in localStorage. Words are fetched
 * like code: those of the first page before it is drawn, the others behind it.
 */
import { type Accessor, batch, createSignal } from 'solid-js'
import type { Refusal } from '#shared/core/result.ts'
import type { Lang, Translate, WordKey, WordParams } from '#shared/words/index.ts'
import { type Dictionary, sayFrom } from '#shared/words/say.ts'
import { atHand, fetchWords, type WordsPart } from './dictionary.ts'

export type DateStyle = 'day' | 'time' | 'full' | 'short' | 'month'

export interface I18n {
  t: Translate
  /** For keys that come from the wire: `undefined` when there is no such word. */
  say(key: string, params?: WordParams): string | undefined
  lang: Accessor<Lang>
  /** At once, or as soon as its words are here. */
  setLang(lang: Lang): void
  /** Says words in a language that need not be the app's. */
  speaking(lang: Lang): Promise<Translate>
  /** @param ms epoch milliseconds. `full` is the default: day, month, year and time. */
  date(ms: number, style?: DateStyle): string
  /** "3 minutes ago"; past a month, the day. Not live: render it in something that ticks when that matters. */
  relative(ms: number): string
  number(n: number): string
  /** What to tell a member about a refusal. */
  refusal(refusal: Refusal): string
}

const key = 'lyceum.lang'
const locales: Record<Lang, string> = { en: 'en-GB', zh: 'zh-CN' }
const formats: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  full: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  short: { month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
}
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

function firstLang(): Lang {
  const kept = globalThis.localStorage?.getItem(key)
  if (kept === 'en' || kept === 'zh') return kept
  return globalThis.navigator?.language?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

const first = firstLang()
const [lang, setSignal] = createSignal<Lang>(first)
let wanted = first

const [held, hold] = createSignal(atHand)
const whole = new Set(Object.keys(atHand))
const [isWhole, setWhole] = createSignal(whole.has(first))
const underWay = new Map<string, Promise<void>>()

/** Of some features the first part has a few words, and the rest all. */
function joined(some: Dictionary = {}, more: Dictionary): Dictionary {
  const features = Object.keys({ ...some, ...more })
  return Object.fromEntries(features.map((feature) => [feature, { ...some[feature], ...more[feature] }]))
}

/** @throws when it cannot be fetched; the next call tries again */
function load(language: Lang, part: WordsPart): Promise<void> {
  const name = `${language} ${part}`
  const known = underWay.get(name)
  if (known) return known
  const loading = fetchWords(language, part).then((words) => {
    hold((before) => ({ ...before, [language]: joined(before[language], words) }))
  })
  underWay.set(name, loading)
  loading.catch(() => underWay.delete(name))
  return loading
}

async function loadAll(language: Lang): Promise<void> {
  if (whole.has(language)) return
  await Promise.all([load(language, 'first'), load(language, 'rest')])
  whole.add(language)
  if (language === lang()) setWhole(true)
}

/** What the frame and Home say, in the app's language: before anything is drawn. */
export const firstWords = (): Promise<void> => (held()[lang()] ? Promise.resolve() : load(lang(), 'first'))

/** All words of the app's language. Without them pages other than Home wait. */
export const restOfWords = (): Promise<void> => loadAll(lang())

/** Can every page be put into words? */
export const hasAllWords: Accessor<boolean> = isWhole

function sayIn(language: Lang, key: string, params?: WordParams): string | undefined {
  const words: Dictionary | undefined = held()[language]
  return words && sayFrom(words, key, params)
}

function mark(value: Lang): void {
  if (globalThis.document) document.documentElement.lang = value === 'zh' ? 'zh-CN' : 'en'
}
mark(first)

const formatters = new Map<string, Intl.DateTimeFormat>()

function format(ms: number, style: DateStyle): string {
  const name = `${lang()} ${style}`
  const formatter = formatters.get(name) ?? new Intl.DateTimeFormat(locales[lang()], formats[style])
  formatters.set(name, formatter)
  return formatter.format(ms)
}

/** For the moment that a word is on its way, nothing is better than its name. */
function speak(language: Lang, word: WordKey, params?: WordParams): string {
  return sayIn(language, word, params) ?? (whole.has(language) ? word : '')
}

const i18n: I18n = {
  t: (word, params) => speak(lang(), word, params),
  say: (word, params) => sayIn(lang(), word, params),
  lang,
  setLang(value) {
    globalThis.localStorage?.setItem(key, value)
    wanted = value
    const change = (): void => {
      if (wanted !== value) return
      batch(() => {
        setSignal(value)
        setWhole(true)
      })
      mark(value)
    }
    if (whole.has(value)) change()
    // It stays as it is where the words cannot be had; the next start has them, or tries again.
    else void loadAll(value).then(change, () => {})
  },
  async speaking(language) {
    await loadAll(language)
    return speak.bind(null, language)
  },
  date: (ms, style = 'full') => format(ms, style),
  relative(ms) {
    const away = ms - Date.now()
    if (Math.abs(away) > 30 * 86_400_000) return format(ms, 'day')
    const relative = new Intl.RelativeTimeFormat(locales[lang()], { numeric: 'auto' })
    for (const [unit, size] of steps) {
      if (Math.abs(away) >= size) return relative.format(Math.trunc(away / size), unit)
    }
    return relative.format(0, 'second')
  },
  number: (n) => new Intl.NumberFormat(locales[lang()]).format(n),
  refusal: (refusal) => sayRefusal(lang(), refusal),
}

/** The refusal's own words when it names some, else its code's. */
export function sayRefusal(language: Lang, refusal: Refusal): string {
  const params = refusal.params && sayParams(language, refusal.params)
  const own = refusal.reason === undefined ? undefined : sayIn(language, refusal.reason, params)
  return own ?? sayIn(language, `core.refused_${refusal.code}`, params) ?? refusal.message
}

/** Moments come as numbers, and what has words of its own as the key of those. */
function sayParams(language: Lang, params: WordParams): WordParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'until' && typeof value === 'number') return [name, format(value, 'full')]
      return [name, typeof value === 'string' ? (sayIn(language, value) ?? value) : value]
    }),
  )
}

export function useI18n(): I18n {
  return i18n
}
