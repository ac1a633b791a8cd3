/** How the device's lease stands (client/core/lease.ts), where it matters: before what it opens. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ClockIcon } from '#client/ui/icons.tsx'
import { Banner, Button, EmptyState, LinkButton } from '#client/ui/index.ts'

const day = 86_400_000
/** How long before the end one is told, milliseconds. */
const hintFor = 3 * day

/** A calm word some days before. */
export function LeaseHint(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const left = (): string => {
    const hours = Math.max(1, Math.round(core.lease.left() / 3_600_000))
    return hours < 48
      ? t('core.lease_hours', { count: hours })
      : t('core.lease_days', { count: Math.round(hours / 24) })
  }
  return (
    <Show when={!core.connection().online && core.lease.left() < hintFor}>
      <Banner inline tone="info">
        {t('core.lease_hint', { left: left() })}
      </Banner>
    </Show>
  )
}

/** The end of it, and the one thing that one can do. */
export function LeaseEnded(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [trying, setTrying] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  const connect = async (): Promise<void> => {
    setTrying(true)
    await core.lease.renew()
    setTrying(false)
    setFailed(!core.connection().online)
  }
  return (
    <EmptyState
      icon={ClockIcon}
      title={t('core.lease_ended')}
      actions={
        <Show
          when={!core.session.ended()}
          fallback={
            <LinkButton variant="primary" href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
              {t('core.sign_in')}
            </LinkButton>
          }
        >
          <Button variant="primary" busy={trying()} onClick={() => void connect()}>
            {t('core.lease_connect')}
          </Button>
        </Show>
      }
    >
      {t('core.lease_ended_text')} <span role="status">{failed() ? t('core.lease_failed') : ''}</span>
    </EmptyState>
  )
}
