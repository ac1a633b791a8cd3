import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { type ShownPlace, usePlaces } from '#client/core/places.ts'
import { useTitle } from '#client/core/title.ts'
import { PlaceList } from '#client/parts/place-list.tsx'
import { SettingsIcon } from '#client/ui/icons.tsx'
import { Avatar, Badge, LinkButton, Muted, Page, Row, Section, Stack } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { communityId } from '#shared/features/accounts.ts'
import { settingsOf } from '#shared/features/setup.ts'
import styles from './accounts.module.css'
import { Appearance } from './appearance.tsx'
import { DevicesSection } from './devices.tsx'
import { useOwnProfile } from './own-profile.ts'
import { PasswordSection } from './password.tsx'
import { ProfileSection } from './profile.tsx'
import { SignOutButton } from './sign-out.tsx'
import { OnThisDevice, StorageSection } from './storage.tsx'

/** Oneself: profile, preferences, devices, data. Guests find what concerns this device. */
export function Me(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('accounts.me'))
  const viewer = core.session.viewer
  const mine = usePlaces('me')
  const admin = usePlaces('admin')
  /** The one row that leads to all that the viewer runs. */
  const running = createMemo((): ShownPlace[] =>
    admin().length === 0
      ? []
      : [
          {
            in: 'me',
            href: '/admin',
            word: 'accounts.admin',
            about: 'accounts.admin_lead',
            icon: SettingsIcon,
            order: 1000,
            waiting: () => admin().reduce((sum, place) => sum + place.waiting(), 0),
          },
        ],
  )
  return (
    <Page title={t('accounts.me')} width="text">
      <Show when={isMember(viewer())} fallback={<GuestHead />}>
        <MemberHead />
        <PlaceList places={running()} label={t('accounts.admin')} />
        <PlaceList
          places={mine().filter((place) => place.group === undefined)}
          label={t('accounts.me_places')}
          compact
        />
        <Section title={t('accounts.me_settings')}>
          <PlaceList
            places={mine().filter((place) => place.group === 'settings')}
            label={t('accounts.me_settings')}
            compact
          />
        </Section>
        <ProfileSection />
      </Show>
      <Section title={t('accounts.preferences')} id="preferences">
        <Appearance />
      </Section>
      <Panel name="recommendations.settings" />
      <Show when={isMember(viewer())}>
        <PasswordSection />
        <DevicesSection />
      </Show>
      <Show when={isMember(viewer())} fallback={<StorageSection />}>
        <OnThisDevice />
      </Show>
      <Show when={isMember(viewer())}>
        <Row>
          <SignOutButton />
        </Row>
      </Show>
    </Page>
  )
}

function GuestHead(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = core.feed.row('community', () => communityId)
  const asks = (): boolean => settingsOf(row()?.data ?? core.session.info().community).signUp === 'approval'
  return (
    <Section title={t('accounts.me_guest')}>
      <Stack>
        <p>{t('accounts.me_guest_text')}</p>
        <Row>
          <LinkButton variant="primary" href="/sign-in">
            {t('accounts.sign_in')}
          </LinkButton>
          <LinkButton href="/sign-up">{t(asks() ? 'accounts.sign_up_ask' : 'accounts.sign_up')}</LinkButton>
        </Row>
      </Stack>
    </Section>
  )
}

function MemberHead(): JSX.Element {
  const { t } = useI18n()
  const profile = useOwnProfile()
  return (
    <Show when={profile()}>
      {(own) => (
        <div class={styles.who}>
          <Avatar name={own().name} id={own().id} size="large" />
          <div class={styles.whoText}>
            <Row gap="snug">
              <strong>{own().name}</strong>
              <Badge tone={own().role === 'member' ? 'neutral' : 'accent'}>
                {t(`accounts.role_${own().role}`)}
              </Badge>
            </Row>
            <Row gap="snug">
              <Muted>@{own().handle}</Muted>
              <a href={`/members/${own().handle}`}>{t('accounts.profile_view')}</a>
            </Row>
          </div>
        </div>
      )}
    </Show>
  )
}
