import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { TabLinks } from '#client/ui/index.ts'

const pages = [
  ['queue', '/admin/moderation'],
  ['rules', '/admin/moderation/rules'],
  ['log', '/admin/moderation/log'],
] as const

export function ModerationTabs(props: { current: 'queue' | 'rules' | 'log' }): JSX.Element {
  const { t } = useI18n()
  return (
    <TabLinks
      label={t('moderation.admin')}
      links={pages.map(([name, href]) => ({
        href,
        label: t(`moderation.${name}`),
        current: name === props.current,
      }))}
    />
  )
}
