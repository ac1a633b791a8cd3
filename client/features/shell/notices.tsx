import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { LockIcon, SyncIcon } from '#client/ui/icons.tsx'
import { Banner, Button, LinkButton, Row } from '#client/ui/index.ts'
import { useUpdate } from './update.ts'

/** Banners for what changes how the app can be used. */
export function Notices(props: { signInHref: string }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const update = useUpdate(core)
  return (
    <>
      <Show when={core.session.ended() && core.session.info().member}>
        <Banner
          tone="warn"
          icon={LockIcon}
          actions={
            <LinkButton small href={props.signInHref}>
              {t('app.sign_in')}
            </LinkButton>
          }
        >
          <Show when={core.session.info().suspended} fallback={t('app.ended_text')}>
            {(bar) =>
              refusal({ code: 'forbidden', message: '', reason: 'core.refused_suspended', params: bar() })
            }
          </Show>{' '}
          <Show when={core.session.info().suspended}>{t('app.suspended_text')}</Show>
        </Banner>
      </Show>
      <Show when={core.connection().readOnly}>
        <Banner tone="warn">{t('app.read_only_text')}</Banner>
      </Show>
      <Show when={core.outdated()}>
        <Banner
          icon={SyncIcon}
          actions={
            <Show when={update.ready()}>
              <Button small variant="primary" onClick={() => update.apply()}>
                {t('app.update_now')}
              </Button>
            </Show>
          }
        >
          {t('app.outdated_text')}
        </Banner>
      </Show>
      <Show when={update.ready() && !core.outdated()}>
        <Banner
          icon={SyncIcon}
          actions={
            <Row gap="snug">
              <Button small variant="quiet" onClick={() => update.postpone()}>
                {t('app.update_later')}
              </Button>
              <Button small variant="primary" onClick={() => update.apply()}>
                {t('app.update_now')}
              </Button>
            </Row>
          }
        >
          {t('app.update_text')}
        </Banner>
      </Show>
    </>
  )
}
