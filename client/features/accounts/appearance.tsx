/** Language and theme, for guests too. A member's choice goes with them to their other devices. */
import type { JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTheme } from '#client/core/theme.ts'
import { Segments, Stack } from '#client/ui/index.ts'
import { type Language, type Theme, themes } from '#shared/features/accounts.ts'
import { languageOptions } from './fields.tsx'
import { rememberPreferences } from './preferences.tsx'

export function Appearance(): JSX.Element {
  const core = useCore()
  const { t, lang, setLang } = useI18n()
  const { theme, setTheme } = useTheme()

  async function choose(change: { language?: Language; theme?: Theme }): Promise<void> {
    if (change.language) setLang(change.language)
    if (change.theme) setTheme(change.theme)
    if (core.session.viewer().id === null) return
    // The command first: once it is in the outbox, leaving the page at once does not undo the choice.
    await core.commands.send('accounts.set_preferences', change)
    await rememberPreferences(core, { language: lang(), theme: theme() })
  }

  return (
    <Stack>
      <Segments
        label={t('accounts.language')}
        name="app-language"
        options={languageOptions}
        value={lang()}
        onChange={(language) => void choose({ language: language as Language })}
      />
      <Segments
        label={t('accounts.theme')}
        name="app-theme"
        options={themes.map((value) => ({ value, label: t(`accounts.theme_${value}`) }))}
        value={theme()}
        onChange={(value) => void choose({ theme: value as Theme })}
      />
    </Stack>
  )
}
