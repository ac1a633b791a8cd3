/** `/me/notices`: what one hears of, and where; quiet hours; the weekly mail; devices that are pushed to. */
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord } from '#client/parts/act.tsx'
import { DeviceIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Checkbox,
  List,
  ListRow,
  Muted,
  Page,
  Section,
  Select,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import {
  defaultSettings,
  type NoticeLevel,
  type NoticeSettingsRow,
  noticeLevels,
  noticeTypes,
} from '#shared/features/notifications.ts'
import styles from './notifications.module.css'
import { useThisDevice } from './this-device.ts'

export function SettingsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('notifications.settings'))
  const row = core.feed.row('notice_settings', () => core.session.viewer().id ?? undefined)
  const settings = (): NoticeSettingsRow => row()?.data ?? defaultSettings
  const last = () => core.commands.entries().findLast((entry) => entry.name === 'notifications.set_levels')
  return (
    <Page
      title={t('notifications.settings')}
      lead={t('notifications.settings_about')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <Show when={row() !== undefined} fallback={<Skeleton label={t('notifications.loading')} lines={6} />}>
        <List label={t('notifications.settings')}>
          <For each={noticeTypes}>
            {(type) => (
              <ListRow
                title={t(`notifications.type_${type}`)}
                end={
                  <div class={styles.level}>
                    <Select
                      hideLabel
                      quiet
                      label={t(`notifications.type_${type}`)}
                      options={noticeLevels.map((level) => ({
                        value: level,
                        label: t(`notifications.level_${level}`),
                      }))}
                      value={settings().levels[type] ?? defaultSettings.levels[type]}
                      onChange={(level) =>
                        void core.commands.send('notifications.set_levels', {
                          levels: { [type]: level as NoticeLevel },
                        })
                      }
                    />
                  </div>
                }
              />
            )}
          </For>
        </List>
        <ActWord entry={last()} />
        <QuietHours quiet={settings().quiet} />
        <Checkbox
          label={t('notifications.digest')}
          hint={t('notifications.digest_hint')}
          checked={settings().digest === 'weekly'}
          onChange={(on) =>
            void core.commands.send('notifications.set_levels', {
              levels: {},
              digest: on ? 'weekly' : 'off',
            })
          }
        />
        <ThisDevice />
        <Devices devices={settings().devices} />
      </Show>
    </Page>
  )
}

const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** `undefined` for what is not a time of the day. */
function minutesOf(clock: string): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(clock) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

function QuietHours(props: { quiet: NoticeSettingsRow['quiet'] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const set = (quiet: NoticeSettingsRow['quiet']): void =>
    void core.commands.send('notifications.set_levels', { levels: {}, quiet })
  const change = (end: 'from' | 'to', clock: string): void => {
    const minutes = minutesOf(clock)
    if (props.quiet && minutes !== undefined) set({ ...props.quiet, [end]: minutes })
  }
  return (
    <Section title={t('notifications.quiet')} hint={t('notifications.quiet_hint')}>
      <Checkbox
        label={t('notifications.quiet_on')}
        checked={props.quiet !== null}
        onChange={(on) => set(on ? defaultSettings.quiet : null)}
      />
      <Show when={props.quiet}>
        {(quiet) => (
          <div class={styles.hours}>
            <TextInput
              label={t('notifications.quiet_from')}
              type="time"
              value={clockOf(quiet().from)}
              onChange={(event) => change('from', event.currentTarget.value)}
            />
            <TextInput
              label={t('notifications.quiet_to')}
              type="time"
              value={clockOf(quiet().to)}
              onChange={(event) => change('to', event.currentTarget.value)}
            />
          </div>
        )}
      </Show>
    </Section>
  )
}

function ThisDevice(): JSX.Element {
  const { t } = useI18n()
  const device = useThisDevice()
  return (
    <Section title={t('notifications.push')} hint={t('notifications.push_hint')}>
      <Switch>
        <Match when={device.state() === 'unsupported'}>
          <Muted>{t('notifications.push_unsupported')}</Muted>
        </Match>
        <Match when={device.state() === 'denied'}>
          <Muted>{t('notifications.push_denied')}</Muted>
        </Match>
        <Match when={device.state() === 'on'}>
          <div>
            <Button onClick={() => void device.off()}>{t('notifications.push_off')}</Button>
          </div>
        </Match>
        <Match when={true}>
          <div>
            <Button variant="primary" busy={device.state() === 'asking'} onClick={() => void device.on()}>
              {t('notifications.push_on')}
            </Button>
          </div>
        </Match>
      </Switch>
    </Section>
  )
}

function Devices(props: { devices: NoticeSettingsRow['devices'] }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  return (
    <Show when={props.devices.length > 0}>
      <Section title={t('notifications.devices')}>
        <List label={t('notifications.devices')}>
          <For each={props.devices}>
            {(device) => (
              <ListRow
                start={<DeviceIcon />}
                title={device.name}
                meta={t('notifications.device_since', { when: date(device.at, 'day') })}
                end={
                  <Button
                    small
                    variant="quiet"
                    onClick={() => void core.commands.send('notifications.unsubscribe', { id: device.id })}
                  >
                    {t('notifications.device_remove')}
                  </Button>
                }
              />
            )}
          </For>
        </List>
      </Section>
    </Show>
  )
}
