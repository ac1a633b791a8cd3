/** Offers once to install the app: on the Home page, at rest, beside what is there and never over a text. */
import { useLocation } from '@solidjs/router'
import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { BrandMark, Button, Row } from '#client/ui/index.ts'
import { isBusy } from './busy.ts'
import { createInstall } from './install.ts'
import styles from './install-card.module.css'

/** How long somebody has been on the page before they are spoken to, in milliseconds. */
const rest = 4_000

export function InstallCard(): JSX.Element {
  const { t } = useI18n()
  const location = useLocation()
  const install = createInstall()
  const [shown, setShown] = createSignal(false)
  createEffect(() => {
    const may = install.way() !== undefined && location.pathname === '/'
    if (!may) return void setShown(false)
    const timer = setTimeout(() => {
      if (isBusy() || document.querySelector('dialog[open]') || document.hidden) return
      install.seen()
      setShown(true)
    }, rest)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <Show when={shown() && install.way()}>
      <section class={styles.card} aria-label={t('frame.install')}>
        <div class={styles.mark}>
          <BrandMark />
        </div>
        <div class={styles.words}>
          <strong>{t('frame.install')}</strong>
          <p>{t(install.way() === 'ask' ? 'frame.install_text' : 'frame.install_by_hand')}</p>
          <Row gap="snug">
            <Show when={install.way() === 'ask'}>
              <Button small variant="primary" onClick={install.take}>
                {t('frame.install_now')}
              </Button>
            </Show>
            <Button small variant="quiet" onClick={install.leave}>
              {t(install.way() === 'ask' ? 'frame.install_not' : 'app.close')}
            </Button>
          </Row>
        </div>
      </section>
    </Show>
  )
}
