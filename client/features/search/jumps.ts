/** Where one can go, and what one can do, by its name: every place of the app, and a few acts. */
import { type Accessor, type Component, createEffect, createMemo, createSignal } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { usePlaces } from '#client/core/places.ts'
import { shortcuts } from '#client/core/shortcuts.ts'
import { useTheme } from '#client/core/theme.ts'
import {
  BookIcon,
  DiscussIcon,
  EditIcon,
  HelpIcon,
  KeyboardIcon,
  LanguagesIcon,
  SettingsIcon,
} from '#client/ui/icons.tsx'
import { holds, isMember } from '#shared/core/viewer.ts'
import { themes } from '#shared/features/accounts.ts'
import { needlesOf } from '#shared/search/query.ts'
import { type Marked, marksIn } from '#shared/search/snippet.ts'
import type { Translate, WordKey } from '#shared/words/index.ts'

export interface Jump {
  key: string
  title: Marked
  icon: Component
  href?: string
  act?: () => void
}

interface Known {
  word: WordKey
  icon: Component
  href?: string
  act?: () => void
}

const shown = 5

/** Those whose name, in either language, has what was typed; without anything the first few. */
export function useJumps(text: Accessor<string>): Accessor<Jump[]> {
  const core = useCore()
  const { t, lang, setLang, speaking } = useI18n()
  const { theme, setTheme } = useTheme()
  const lists = (['main', 'header', 'me', 'admin'] as const).map(usePlaces)

  function choose(change: { language?: 'zh' | 'en'; theme?: (typeof themes)[number] }): void {
    if (change.language) setLang(change.language)
    if (change.theme) setTheme(change.theme)
    if (isMember(core.session.viewer())) void core.commands.send('accounts.set_preferences', change)
  }

  const known = createMemo((): Known[] => {
    const viewer = core.session.viewer()
    const talks = isMember(viewer) && core.uses('discussions')
    return [
      ...(talks
        ? [
            { word: 'search.new_question', icon: HelpIcon, href: '/discuss/new?kind=question' } as const,
            { word: 'search.new_thread', icon: DiscussIcon, href: '/discuss/new' } as const,
          ]
        : []),
      ...(holds(viewer, 'author') && core.uses('articles')
        ? [{ word: 'search.new_article', icon: EditIcon, href: '/write' } as const]
        : []),
      ...lists.flatMap((list) => list().map(({ word, icon, href }) => ({ word, icon, href }))),
      ...shortcuts()
        .filter(({ keys }) => keys === '?')
        .map(({ word, run }) => ({ word, icon: KeyboardIcon, act: run })),
      ...themes
        .filter((one) => one !== theme())
        .map((one) => ({
          word: `search.theme_${one}` as const,
          icon: SettingsIcon,
          act: () => choose({ theme: one }),
        })),
      {
        word: 'search.language',
        icon: LanguagesIcon,
        act: () => choose({ language: lang() === 'zh' ? 'en' : 'zh' }),
      },
    ]
  })

  const [other, setOther] = createSignal<Translate>(() => '')
  createEffect(() => {
    // Names in the other language are a convenience: without them those of this one still lead there.
    void speaking(lang() === 'zh' ? 'en' : 'zh').then(
      (translate) => setOther(() => translate),
      () => {},
    )
  })

  const jumps = createMemo((): Jump[] => {
    const needles = needlesOf(text())
    const inOther = other()
    const found = known().flatMap(({ word, icon, href, act }): Jump[] => {
      if (href === '/search') return []
      const title = t(word)
      const marks = marksIn(title, needles)
      const fits = (name: string): boolean => needles.every((needle) => marksIn(name, [needle]).length > 0)
      if (needles.length > 0 && !fits(title) && !fits(inOther(word))) return []
      return [
        { key: `${word} ${href ?? ''}`, title: { text: title, marks }, icon: icon ?? BookIcon, href, act },
      ]
    })
    const seen = new Set<string>()
    return found.filter(({ key }) => !seen.has(key) && seen.add(key)).slice(0, shown)
  })
  return jumps
}
