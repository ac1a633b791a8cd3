import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { TabLinks } from '#client/ui/index.ts'

export function ModerationTabs(): JSX.Element {
  const { t } = useI18n()
  return (
    <TabLinks
      label={t('moderation.admin')}
      links={[
        { href: '/admin/moderation', label: t('moderation.queue') },
        { href: '/admin/moderation/rules', label: t('moderation.rules') },
        { href: '/admin/moderation/log', label: t('moderation.log') },
      ]}
    />
  )
}
