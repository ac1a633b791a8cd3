/** `/me/data`: everything of mine as a file, and leaving for good. */
import { createSignal, type JSX, Match, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { saveBlob } from '#client/parts/save-blob.ts'
import { DownloadIcon } from '#client/ui/icons.tsx'
import { Banner, Button, Page, Row, Section } from '#client/ui/index.ts'
import { bundleFromDevice, bundleFromServer } from './bundle.ts'
import { Leave } from './leaving.tsx'

export function DataPage(): JSX.Element {
  const { t } = useI18n()
  useTitle(() => t('profiles.data'))
  return (
    <Page
      title={t('profiles.data')}
      lead={t('profiles.data_lead')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <Bundle />
      <Leave />
    </Page>
  )
}

type Made = 'making' | 'server' | 'device' | 'failed'

function Bundle(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const [made, setMade] = createSignal<Made>()

  async function save(): Promise<void> {
    setMade('making')
    try {
      const given = await bundleFromServer(core, lang())
      const file = given ?? (await bundleFromDevice(core, lang()))
      saveBlob(file.blob, file.name)
      setMade(given ? 'server' : 'device')
    } catch {
      setMade('failed')
    }
  }

  return (
    <Section title={t('profiles.bundle')} hint={t('profiles.bundle_text')}>
      <Row>
        <Button variant="primary" busy={made() === 'making'} onClick={() => void save()}>
          <DownloadIcon />
          {t('profiles.bundle_get')}
        </Button>
      </Row>
      <div aria-live="polite">
        <Switch>
          <Match when={made() === 'making'}>
            <p>{t('profiles.bundle_making')}</p>
          </Match>
          <Match when={made() === 'server'}>
            <Banner inline>{t('profiles.bundle_server')}</Banner>
          </Match>
          <Match when={made() === 'device'}>
            <Banner inline tone="warn">
              {t('profiles.bundle_device')}
            </Banner>
          </Match>
          <Match when={made() === 'failed'}>
            <Banner inline tone="danger">
              {t('profiles.bundle_failed')}
            </Banner>
          </Match>
        </Switch>
      </div>
    </Section>
  )
}
