import { createEffect, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { DeviceIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  List,
  ListRow,
  Muted,
  Row,
  Section,
  Skeleton,
} from '#client/ui/index.ts'
import type { Device } from '#shared/features/accounts.ts'
import { describeAgent } from './agent.ts'

/** Where one is signed in: the server's knowledge, so only while it answers. */
export function DevicesSection(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  // No resource: reading one that loads would put the whole page back behind its skeleton.
  const [devices, setDevices] = createSignal<Device[]>()
  const [asking, setAsking] = createSignal(false)

  createEffect(() => {
    if (core.connection().online) void ask()
  })

  async function ask(): Promise<void> {
    setAsking(true)
    const answer = await core.queries.ask('accounts.devices', {})
    setAsking(false)
    if (answer.ok) setDevices(answer.value)
  }

  async function signOutEverywhere(): Promise<void> {
    const sure = await confirm.ask({
      title: t('accounts.sign_out_everywhere'),
      text: t('accounts.sign_out_everywhere_text'),
      confirm: t('accounts.sign_out_everywhere'),
      cancel: t('accounts.cancel'),
      danger: true,
    })
    if (!sure) return
    const done = await core.commands.settled(await core.commands.send('accounts.sign_out_everywhere', {}))
    // What else waits stays on the device: only its member can see it again.
    if (done.ok) await core.session.signOut({ unsent: 'keep' })
  }

  return (
    <Section title={t('accounts.devices')} id="devices">
      <Show
        when={devices()}
        fallback={
          <Show when={asking()} fallback={<Muted>{t('accounts.devices_offline')}</Muted>}>
            <Skeleton label={t('app.loading')} lines={2} />
          </Show>
        }
      >
        {(list) => (
          <List>
            <For each={list()}>{(device) => <DeviceRow device={device} />}</For>
          </List>
        )}
      </Show>
      <Row>
        <Button onClick={() => void signOutEverywhere()}>{t('accounts.sign_out_everywhere')}</Button>
      </Row>
      <confirm.View />
    </Section>
  )
}

function DeviceRow(props: { device: Device }): JSX.Element {
  const { t, relative } = useI18n()
  const name = (): string => {
    const known = describeAgent(props.device.agent)
    return known ? t('accounts.device_on', known) : t('accounts.device_unknown')
  }
  return (
    <ListRow
      title={name()}
      start={<DeviceIcon />}
      meta={t('accounts.device_seen', { when: relative(props.device.seenAt) })}
      end={
        <Show when={props.device.current}>
          <Badge tone="accent">{t('accounts.device_this')}</Badge>
        </Show>
      }
    />
  )
}
