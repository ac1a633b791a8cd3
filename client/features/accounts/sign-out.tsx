import { useNavigate } from '@solidjs/router'
import { createEffect, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { saveBlob } from '#client/parts/save-blob.ts'
import { LogOutIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, Stack } from '#client/ui/index.ts'

/** Signing out takes the member's data off the device; what nobody else has yet is asked about first. */
export function SignOutButton(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const [open, setOpen] = createSignal(false)
  const [sending, setSending] = createSignal(false)
  const unsent = (): number => core.connection().waiting + core.connection().refused

  async function leave(): Promise<void> {
    setOpen(false)
    setSending(false)
    await core.session.signOut({ unsent: 'discard' })
    navigate('/', { replace: true })
  }

  createEffect(() => {
    if (sending() && unsent() === 0) void leave()
  })

  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <LogOutIcon />
        {t('accounts.sign_out')}
      </Button>
      <Dialog
        open={open()}
        onClose={() => {
          setSending(false)
          setOpen(false)
        }}
        title={unsent() > 0 ? t('accounts.sign_out_unsent') : t('accounts.sign_out')}
        closeLabel={t('accounts.cancel')}
        actions={
          <Show
            when={unsent() > 0}
            fallback={
              <>
                <Button onClick={() => setOpen(false)}>{t('accounts.cancel')}</Button>
                <Button variant="primary" onClick={() => void leave()}>
                  {t('accounts.sign_out')}
                </Button>
              </>
            }
          >
            <Button variant="danger" onClick={() => void leave()}>
              {t('accounts.sign_out_discard')}
            </Button>
            <Button
              onClick={() => void core.exportUnsent().then((file) => saveBlob(file, 'lyceum-unsent.md'))}
            >
              {t('accounts.sign_out_export')}
            </Button>
            <Button
              variant="primary"
              busy={sending()}
              disabled={!core.connection().online || core.connection().waiting === 0}
              onClick={() => setSending(true)}
            >
              {sending() ? t('accounts.sign_out_sending') : t('accounts.sign_out_send')}
            </Button>
          </Show>
        }
      >
        <Stack gap="snug">
          <Show when={unsent() > 0} fallback={<p>{t('accounts.sign_out_text')}</p>}>
            <p>{t('accounts.sign_out_unsent_text', { count: unsent() })}</p>
            <Show when={!core.connection().online}>
              <p>{t('accounts.sign_out_offline')}</p>
            </Show>
            <a href="/me/waiting" onClick={() => setOpen(false)}>
              {t('accounts.waiting')}
            </a>
          </Show>
        </Stack>
      </Dialog>
    </>
  )
}
