import { useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Page, TabLinks } from '#client/ui/index.ts'
import { holds } from '#shared/core/viewer.ts'

/** The head that the pages for running the community share. */
export function AdminPage(props: { title: string; lead: string; children: JSX.Element }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  // Seldom: only after a restore from an older backup.
  const copies = core.feed.rows('recoveries', () => ({ limit: 1 }))
  const hasCopies = (): boolean => (copies()?.length ?? 0) > 0 || location.pathname === '/admin/recovery'
  const links = (): { href: string; label: string; current: boolean }[] =>
    [
      { href: '/admin/members', label: t('accounts.admin_members'), owner: false },
      { href: '/admin/invites', label: t('accounts.admin_invites'), owner: false },
      { href: '/admin/community', label: t('accounts.admin_community'), owner: true },
      ...(hasCopies() ? [{ href: '/admin/recovery', label: t('recovery.title'), owner: false }] : []),
    ]
      .filter(({ owner }) => !owner || holds(core.session.viewer(), 'owner'))
      .map(({ href, label }) => ({ href, label, current: location.pathname === href }))
  return (
    <Page title={props.title} lead={props.lead} width="text" back={{ href: '/me', label: t('accounts.me') }}>
      <TabLinks label={t('accounts.admin')} links={links()} />
      {props.children}
    </Page>
  )
}
