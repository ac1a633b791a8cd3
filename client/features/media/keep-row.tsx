/** The button that keeps a lesson's files on this device, and what is under way. */
import { type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { CheckCircleIcon, DownloadIcon } from '#client/ui/icons.tsx'
import { Button, Muted } from '#client/ui/index.ts'
import type { AttachmentsRow } from '#shared/features/media.ts'
import { useKeeping } from './keeping.ts'
import { sizeName } from './labels.ts'
import styles from './media.module.css'

export function KeepRow(props: { subject: string; row: AttachmentsRow }): JSX.Element {
  const { t } = useI18n()
  const keeping = useKeeping(
    () => props.subject,
    () => props.row,
  )
  const percent = (): number => Math.floor((keeping.here() / Math.max(1, keeping.size())) * 100)
  return (
    <div class={styles.keep} data-kept={keeping.state()}>
      <Switch>
        <Match when={keeping.running()}>
          <progress
            class={styles.progress}
            max={keeping.size()}
            value={keeping.here()}
            aria-label={t('media.keeping')}
          />
          <span class={styles.figure}>{t('media.percent', { n: percent() })}</span>
          <Button small variant="quiet" onClick={() => keeping.stop()}>
            {t('media.stop')}
          </Button>
        </Match>
        <Match when={keeping.state() === 'none'}>
          <Button small onClick={() => void keeping.start()}>
            <DownloadIcon />
            {t('media.keep', { size: sizeName(keeping.size()) })}
          </Button>
        </Match>
        <Match when={keeping.state() === 'part'}>
          <Button small onClick={() => void keeping.start()}>
            <DownloadIcon />
            {t('media.keep_on', { n: percent() })}
          </Button>
          <Button small variant="quiet" onClick={() => void keeping.drop()}>
            {t('media.drop')}
          </Button>
        </Match>
        <Match when={keeping.state() === 'whole'}>
          <span class={styles.whole}>
            <CheckCircleIcon />
            {t('media.kept')}
          </span>
          <Button small variant="quiet" onClick={() => void keeping.drop()}>
            {t('media.drop')}
          </Button>
        </Match>
      </Switch>
      <div aria-live="polite">
        <Show when={!keeping.running() && keeping.failed()}>
          {(why) => (
            <Muted>
              {t(`media.keep_${why()}`)}{' '}
              <Show when={why() === 'full'}>
                <a href="/me/library/device">{t('media.to_device')}</a>
              </Show>
            </Muted>
          )}
        </Show>
      </div>
    </div>
  )
}
