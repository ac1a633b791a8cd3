import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Page } from '#client/ui/index.ts'

/** The head that the pages for running the community share; they are reached from `/admin`. */
export function AdminPage(props: {
  title: string
  lead?: JSX.Element
  actions?: JSX.Element
  /** `text` unless told. */
  width?: 'narrow' | 'text' | 'wide' | 'full'
  children: JSX.Element
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Page
      title={props.title}
      lead={props.lead}
      actions={props.actions}
      width={props.width ?? 'text'}
      back={{ href: '/admin', label: t('accounts.admin') }}
    >
      {props.children}
    </Page>
  )
}
