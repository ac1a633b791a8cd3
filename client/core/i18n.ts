/**
 * The language of the app on this device: words from the shared dictionary, dates and numbers from Intl in the
 * device's time zone. Guests get the browser's language; what a member chose is kept in localStorage.
 */
import { type Accessor, createSignal } from 'solid-js'
import type { Refusal } from '#shared/core/result.ts'
import {
  type Lang,
  say,
  type Translate,
  translate,
  type WordKey,
  type WordParams,
} from '#shared/words/index.ts'

export type DateStyle = 'day' | 'time' | 'full' | 'short'

export interface I18n {
  t: Translate
  lang: Accessor<Lang>
  setLang(lang: Lang): void
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
  day: { year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  full: { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  short: { month: 'short', day: 'numeric' },
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

const i18n: I18n = {
  t: (word: WordKey, params?: WordParams) => translate(lang())(word, params),
  lang,
  setLang(value) {
    globalThis.localStorage?.setItem(key, value)
    setSignal(value)
    mark(value)
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
  const own = refusal.reason === undefined ? undefined : say(language, refusal.reason, params)
  return own ?? say(language, `core.refused_${refusal.code}`, params) ?? refusal.message
}

/** Moments come as numbers, and what has words of its own as the key of those. */
function sayParams(language: Lang, params: WordParams): WordParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'until' && typeof value === 'number') return [name, format(value, 'full')]
      return [name, typeof value === 'string' ? (say(language, value) ?? value) : value]
    }),
  )
}

export function useI18n(): I18n {
  return i18n
}
