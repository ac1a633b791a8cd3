/** `/share`: what another app has shared to this one, and what it can become. Works offline: everything is a draft first. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useAddress } from '#client/core/address.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ExternalIcon } from '#client/ui/icons.tsx'
import { Card, EmptyState, LinkButton, Page, Stack } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import styles from './share.module.css'
import { bodyOfShared, pathWithin, sharedOf, titleOf } from './shared.ts'

export function SharePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [given] = useAddress<{ title?: string; text?: string; url?: string }>()
  useTitle(() => t('frame.share'))
  const shared = createMemo(() => sharedOf({ title: given.title, text: given.text, url: given.url }))
  const title = (): string => titleOf(shared())
  const within = (): string => pathWithin(shared().link, location.origin)
  const here = (): string => `/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`
  return (
    <Page width="text" title={t('frame.share')} lead={t('frame.share_lead')}>
      <Show
        when={title()}
        fallback={<EmptyState title={t('frame.share_none')}>{t('frame.share_none_text')}</EmptyState>}
      >
        <Stack gap="loose">
          <blockquote class={styles.shared}>
            <p class={styles.title}>{title()}</p>
            <Show when={shared().text && shared().text !== title()}>
              <p class={styles.text}>{shared().text}</p>
            </Show>
            <Show when={shared().link}>
              <p class={styles.link}>{shared().link}</p>
            </Show>
          </blockquote>
          <Stack>
            <Show when={within()}>
              <Card
                title={t('frame.share_open')}
                level={2}
                meta={t('frame.share_open_text')}
                href={within()}
              />
            </Show>
            <Show
              when={isMember(core.session.viewer())}
              fallback={
                <EmptyState
                  icon={ExternalIcon}
                  title={t('frame.share_guest')}
                  actions={
                    <LinkButton variant="primary" href={here()}>
                      {t('app.sign_in')}
                    </LinkButton>
                  }
                />
              }
            >
              <For each={Object.keys(core.registry.features)}>
                {(name) => (
                  <Panel
                    name={`${name}.share`}
                    title={title()}
                    body={bodyOfShared(shared())}
                    link={shared().link}
                  />
                )}
              </For>
            </Show>
          </Stack>
        </Stack>
      </Show>
    </Page>
  )
}
