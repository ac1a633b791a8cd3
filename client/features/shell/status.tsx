import { createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { Dialog, StatusPill, type SyncState } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import styles from './status.module.css'
import { statusOf } from './status-of.ts'

/** The pill, and the sheet behind it. */
export function Status(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  const status = (): { state: SyncState; word: string } =>
    statusOf(core.connection(), t, core.session.ended(), core.outdated())
  return (
    <>
      <span class={isMember(core.session.viewer()) ? undefined : styles.guest}>
        <StatusPill state={status().state} word={status().word} onOpen={() => setOpen(true)} />
      </span>
      <Dialog
        open={open()}
        onClose={() => setOpen(false)}
        title={t('app.waiting_title')}
        closeLabel={t('app.close')}
        wide
      >
        <Panel name="accounts.waiting" />
      </Dialog>
    </>
  )
}
