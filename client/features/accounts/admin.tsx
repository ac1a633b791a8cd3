import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { usePlaces } from '#client/core/places.ts'
import { useTitle } from '#client/core/title.ts'
import { PlaceList } from '#client/parts/place-list.tsx'
import { Page, Section } from '#client/ui/index.ts'

const groups = [undefined, 'people', 'money', 'insight', 'settings'] as const

/** `/admin`: what each feature gives those who run the community. */
export function Admin(): JSX.Element {
  const { t } = useI18n()
  const places = usePlaces('admin')
  useTitle(() => t('accounts.admin'))
  return (
    <Page
      title={t('accounts.admin')}
      lead={places().length > 0 ? t('accounts.admin_lead') : t('accounts.not_your_role')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <For each={groups}>
        {(group) => {
          const among = () => places().filter((place) => place.group === group)
          const title = (): string => t(`accounts.admin_group_${group ?? 'content'}`)
          return (
            <Show when={among().length > 0}>
              <Section title={title()}>
                <PlaceList places={among()} label={title()} compact />
              </Section>
            </Show>
          )
        }}
      </For>
    </Page>
  )
}
