/** How the device's lease stands (client/core/lease.ts), where it matters: before what it opens. */
import { createEffect, createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ClockIcon } from '#client/ui/icons.tsx'
import { Banner, Button, EmptyState, LinkButton, Skeleton, Stack } from '#client/ui/index.ts'
import { isLimited, type Opening } from '#shared/core/opening.ts'

const day = 86_400_000
/** How long before the end one is told, milliseconds. */
const hintFor = 3 * day

export interface LeaseGateProps {
  opening: Opening
  /** What one buys to open it, as in `openTo`: `article:<id>`, `course:<id>`. */
  item: string
  /** The member's own: never locked. */
  own?: boolean
  /** What is shown above the word that it is locked. */
  preview?: JSX.Element
  /** The body, whose row is on the device. Drawn when it may be opened, and not before. */
  children: JSX.Element
}

/** Before a body whose row is there: without the server it opens while the device's lease holds. */
export function LeaseGate(props: LeaseGateProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const opens = createMemo(() => props.own || core.lease.opens(props.opening, props.item))
  // Opened to the member since the device was given its lease: a new one says so.
  createEffect(() => {
    if (!opens() && core.connection().online) void core.lease.renew()
  })
  return (
    <Show
      when={opens()}
      fallback={
        <Show
          when={core.lease.state() !== 'asking'}
          fallback={<Skeleton label={t('core.body_loading')} lines={10} />}
        >
          <Stack gap="loose">
            {props.preview}
            <LeaseEnded />
          </Stack>
        </Show>
      }
    >
      <Show when={!props.own && isLimited(props.opening)}>
        <LeaseHint />
      </Show>
      {props.children}
    </Show>
  )
}

/** A calm word some days before. */
function LeaseHint(): JSX.Element {
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
function LeaseEnded(): JSX.Element {
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
