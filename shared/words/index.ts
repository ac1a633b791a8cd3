/**
 * The one dictionary of the product, in both of its languages: `translate('zh')('articles.minutes', { n: 5 })`.
 * Used by the app, by public pages and by mails. Keys are typed: a word without its twin does not compile.
 * Counted words take `count`, and may have a `<key>_one` form (in 中文 the same words).
 */
import { accounts } from './accounts.ts'
import { analytics } from './analytics.ts'
import { app } from './app.ts'
import { articles } from './articles.ts'
import type { SameKeys } from './bilingual.ts'
import { certificates } from './certificates.ts'
import { cohorts } from './cohorts.ts'
import { core } from './core.ts'
import { courses } from './courses.ts'
import { discussions } from './discussions.ts'
import { events } from './events.ts'
import { frame } from './frame.ts'
import { groups } from './groups.ts'
import { growth } from './growth.ts'
import { library } from './library.ts'
import { media } from './media.ts'
import { memberships } from './memberships.ts'
import { models } from './models.ts'
import { moderation } from './moderation.ts'
import { notes } from './notes.ts'
import { notifications } from './notifications.ts'
import { pictures } from './pictures.ts'
import { planning } from './planning.ts'
import { profiles } from './profiles.ts'
import { quizzes } from './quizzes.ts'
import { recommendations } from './recommendations.ts'
import { recovery } from './recovery.ts'
import { type Dictionary, sayFrom } from './say.ts'
import { search } from './search.ts'
import { setup } from './setup.ts'
import { tasks } from './tasks.ts'

const words = {
  core,
  app,
  accounts,
  analytics,
  articles,
  certificates,
  cohorts,
  courses,
  discussions,
  events,
  media,
  memberships,
  groups,
  frame,
  growth,
  library,
  models,
  moderation,
  notes,
  notifications,
  pictures,
  planning,
  profiles,
  quizzes,
  recommendations,
  recovery,
  search,
  setup,
  tasks,
} satisfies {
  core: SameKeys<typeof core>
  app: SameKeys<typeof app>
  accounts: SameKeys<typeof accounts>
  analytics: SameKeys<typeof analytics>
  articles: SameKeys<typeof articles>
  certificates: SameKeys<typeof certificates>
  cohorts: SameKeys<typeof cohorts>
  courses: SameKeys<typeof courses>
  discussions: SameKeys<typeof discussions>
  events: SameKeys<typeof events>
  media: SameKeys<typeof media>
  memberships: SameKeys<typeof memberships>
  groups: SameKeys<typeof groups>
  frame: SameKeys<typeof frame>
  growth: SameKeys<typeof growth>
  library: SameKeys<typeof library>
  models: SameKeys<typeof models>
  moderation: SameKeys<typeof moderation>
  notes: SameKeys<typeof notes>
  notifications: SameKeys<typeof notifications>
  pictures: SameKeys<typeof pictures>
  planning: SameKeys<typeof planning>
  profiles: SameKeys<typeof profiles>
  quizzes: SameKeys<typeof quizzes>
  recommendations: SameKeys<typeof recommendations>
  recovery: SameKeys<typeof recovery>
  search: SameKeys<typeof search>
  setup: SameKeys<typeof setup>
  tasks: SameKeys<typeof tasks>
}

export type Lang = 'en' | 'zh'

type Words = typeof words
export type WordKey = { [F in keyof Words]: `${F}.${keyof Words[F]['en'] & string}` }[keyof Words]
export type WordParams = Record<string, string | number>
/** Says a word; parameters fill `{{name}}`. */
export type Translate = (key: WordKey, params?: WordParams) => string

export function translate(lang: Lang): Translate {
  return (key, params) => say(lang, key, params) ?? key
}

/** For keys that come from the wire: `undefined` when the dictionary has no such word. */
export function say(lang: Lang, key: string, params?: WordParams): string | undefined {
  return sayFrom(dictionaries[lang], key, params)
}

/** All words of one language, by feature. */
export const dictionaries: Readonly<Record<Lang, Dictionary>> = { en: inOne('en'), zh: inOne('zh') }

function inOne(lang: Lang): Dictionary {
  return Object.fromEntries(Object.entries(words).map(([feature, both]) => [feature, both[lang]]))
}
