import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Page, TabLinks } from '#client/ui/index.ts'

const tabs = ['list', 'marks', 'device'] as const
type Tab = (typeof tabs)[number]

const hrefs: Record<Tab, string> = {
  list: '/me/library',
  marks: '/me/library/highlights',
  device: '/me/library/device',
}

/** The page around each of the library's parts. */
export function LibraryPage(props: { tab: Tab; children: JSX.Element }): JSX.Element {
  const { t } = useI18n()
  useTitle(() => t('library.title'))
  return (
    <Page
      width="text"
      title={t('library.title')}
      lead={t('library.lead')}
      back={{ href: '/me', label: t('app.me') }}
    >
      <TabLinks
        label={t('library.title')}
        links={tabs.map((tab) => ({
          href: hrefs[tab],
          label: t(`library.${tab}`),
          current: tab === props.tab,
        }))}
      />
      {props.children}
    </Page>
  )
}
