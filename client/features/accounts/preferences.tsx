/**
 * A member's language and theme follow them from device to device; a guest whose browser asks for neither of our
 * languages gets the community's. The device remembers which choice it last followed, so that it follows a newer one
 * once and does not undo what was chosen here in the meantime.
 */
import { createEffect, type JSX } from 'solid-js'
import { type Core, useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTheme } from '#client/core/theme.ts'
import { type AccountRow, communityId, type Language } from '#shared/features/accounts.ts'

type Preferences = Pick<AccountRow, 'language' | 'theme'>

const key = 'accounts.preferences'
const communityKey = 'accounts.community-language'

export function rememberPreferences(core: Core, preferences: Preferences): Promise<void> {
  return core.local.set(key, preferences)
}

/** Draws nothing; the shell puts it once into the page. */
export function FollowPreferences(): JSX.Element {
  const core = useCore()
  const { setLang } = useI18n()
  const { setTheme } = useTheme()
  const account = core.feed.row('accounts', () => core.session.viewer().id ?? undefined)
  createEffect(() => {
    const row = account()
    // While a choice of this device is on its way, the server's is the older one.
    if (!row || row.pending) return
    const { language, theme } = row.data
    void core.local.get<Preferences>(key).then((followed) => {
      if (followed?.language === language && followed.theme === theme) return
      setLang(language)
      // A new member has chosen no theme yet: the one that this device shows stays.
      if (followed || theme !== 'system') setTheme(theme)
      return rememberPreferences(core, { language, theme })
    })
  })

  const community = core.feed.row('community', () => communityId)
  createEffect(() => {
    const language = community()?.data.language
    const asked = navigator.languages.some((tag) => /^(zh|en)\b/i.test(tag))
    if (language === undefined || asked || core.session.viewer().id !== null) return
    void core.local.get<Language>(communityKey).then((followed) => {
      if (followed === language) return
      setLang(language)
      return core.local.set(communityKey, language)
    })
  })
  return null
}
