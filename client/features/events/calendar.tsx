import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CalendarIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, Menu, Muted, Stack, TextInput } from '#client/ui/index.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { downloadCalendar } from './download.ts'

/** One's schedule as a file, or as an address that a calendar app reads by itself. */
export function CalendarMenu(props: {
  event: EventRow
  sessions: readonly SessionRow[]
  /** Then the event itself is in the file. */
  going: boolean
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  const [address, setAddress] = createSignal<string>()
  const [problem, setProblem] = createSignal<string>()
  const [copied, setCopied] = createSignal(false)

  const ask = async (): Promise<void> => {
    setOpen(true)
    setCopied(false)
    setProblem(undefined)
    const found = await core.queries.ask('events.calendar', {})
    if (found.ok) setAddress(found.value.url)
    else setProblem(t('events.calendar_offline'))
  }
  const copy = (): void => {
    void navigator.clipboard.writeText(address() ?? '').then(() => setCopied(true))
  }
  return (
    <>
      <Menu
        lead={CalendarIcon}
        variant="secondary"
        label={t('events.calendar')}
        items={[
          {
            label: t('events.calendar_file'),
            disabled: props.sessions.length === 0 && !props.going,
            onSelect: () => {
              const entries = props.going ? [null, ...props.sessions] : props.sessions
              downloadCalendar(entries, props.event, props.event.title).catch(() => {
                setProblem(t('events.ics_failed'))
                setOpen(true)
              })
            },
          },
          { label: t('events.calendar_address'), onSelect: () => void ask() },
        ]}
      />
      <Dialog
        open={open()}
        onClose={() => setOpen(false)}
        title={t('events.calendar_title')}
        closeLabel={t('events.close')}
        actions={
          <Show when={address()}>
            <Button variant="primary" onClick={copy}>
              {t(copied() ? 'events.calendar_copied' : 'events.calendar_copy')}
            </Button>
          </Show>
        }
      >
        <Stack>
          <p>{t('events.calendar_text')}</p>
          <Show when={address()} fallback={<Muted>{problem()}</Muted>}>
            {(url) => (
              <TextInput
                readonly
                label={t('events.calendar_address')}
                value={url()}
                onFocus={(event) => event.currentTarget.select()}
              />
            )}
          </Show>
        </Stack>
      </Dialog>
    </>
  )
}
