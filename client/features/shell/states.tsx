import { useLocation } from '@solidjs/router'
import { createEffect, type JSX, on, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { OfflineIcon } from '#client/ui/icons.tsx'
import {
  BrandMark,
  Button,
  EmptyState,
  ErrorState,
  LinkButton,
  Page,
  Row,
  Skeleton,
} from '#client/ui/index.ts'

export function PageLoading(): JSX.Element {
  const { t } = useI18n()
  return (
    <Page width="text">
      <Skeleton label={t('app.loading')} lines={6} />
    </Page>
  )
}

export function NotFound(): JSX.Element {
  const { t } = useI18n()
  useTitle(() => t('app.not_found_title'))
  return (
    <Page title={t('app.not_found_title')} lead={t('app.not_found_text')} width="text">
      <Row>
        <LinkButton variant="primary" href="/">
          {t('app.not_found_home')}
        </LinkButton>
      </Row>
    </Page>
  )
}

/** A page that threw. Going elsewhere, or trying again, makes a new one. */
export function Broken(props: { error: unknown; reset: () => void }): JSX.Element {
  const { t } = useI18n()
  const route = useLocation()
  useTitle(() => t('app.broken_title'))
  createEffect(
    on(
      () => route.pathname,
      () => props.reset(),
      { defer: true },
    ),
  )
  const message = (): string => (props.error instanceof Error ? props.error.message : String(props.error))
  // A part of the app that could not be fetched stays failed until the document is a new one.
  const again = (): void => {
    if (/module script|dynamically imported module/i.test(message())) location.reload()
    else props.reset()
  }
  return (
    <Page title={t('app.broken_title')} width="text">
      <ErrorState
        title={<code>{message()}</code>}
        actions={
          <>
            <Button variant="primary" onClick={again}>
              {t('app.broken_again')}
            </Button>
            <LinkButton href="/">{t('app.not_found_home')}</LinkButton>
          </>
        }
      >
        {t('app.broken_text')}
      </ErrorState>
    </Page>
  )
}

/** Before the community has an owner, or before this device has heard of one. */
export function Unready(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const unreached = (): boolean => !core.connection().online
  useTitle(() => (unreached() ? t('app.unreached_title') : t('app.unready_title')))
  return (
    <Page title={unreached() ? t('app.unreached_title') : t('app.unready_title')} width="text">
      <Show
        when={unreached()}
        fallback={
          <EmptyState icon={BrandMark} title={t('app.unready_text')}>
            {t('app.unready_hint')}
          </EmptyState>
        }
      >
        <EmptyState icon={OfflineIcon} title={t('app.unreached_text')} />
      </Show>
    </Page>
  )
}
