import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'

/** `/admin/recovery` */
export function Recovery(): JSX.Element {
  const { t } = useI18n()
  useTitle(() => t('recovery.title'))
  return (
    <AdminPage title={t('recovery.title')} lead={t('recovery.lead')}>
      <Panel name="recovery.copies" />
    </AdminPage>
  )
}
