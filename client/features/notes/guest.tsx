import { useLocation } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { EmptyState, LinkButton } from '#client/ui/index.ts'

/** What guests see where members see notes. */
export function GuestNotes(): JSX.Element {
  const { t } = useI18n()
  const location = useLocation()
  return (
    <EmptyState
      icon={LockIcon}
      title={t('notes.guest')}
      actions={
        <LinkButton href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
          {t('notes.sign_in')}
        </LinkButton>
      }
    >
      {t('notes.guest_text')}
    </EmptyState>
  )
}
