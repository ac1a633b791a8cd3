/** Shows that a thread or article is featured, and lets moderators feature it or take that back. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { Badge, Button, Dialog, Form, FormActions, TextInput } from '#client/ui/index.ts'
import { canHonour } from '#shared/features/growth.ts'

export function Honour(props: { subject: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const honour = core.feed.row('honours', () => props.subject)
  const by = core.feed.row('members', () => honour()?.data.byId)
  const [asking, setAsking] = createSignal(false)
  const last = createMemo((): OutboxEntry | undefined => {
    const wanted = props.subject
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'growth.honour' && entry.input.subject === wanted)
  })

  async function send(on: boolean, reason = ''): Promise<void> {
    setAsking(false)
    await core.commands.send('growth.honour', { subject: props.subject, on, reason })
  }

  return (
    <>
      <Show when={honour()}>
        {(found) => (
          <span
            title={[t('growth.honoured_by', { name: by()?.data.name ?? '' }), found().data.reason]
              .filter(Boolean)
              .join(' – ')}
          >
            <Badge tone="accent">{t('growth.honoured')}</Badge>
          </span>
        )}
      </Show>
      <Show when={canHonour(core.session.viewer()) && honour() !== undefined}>
        <Button small variant="quiet" onClick={() => (honour() ? void send(false) : setAsking(true))}>
          {t(honour() ? 'growth.unhonour' : 'growth.honour')}
        </Button>
      </Show>
      <Undecided entry={last()} />
      <Dialog
        open={asking()}
        onClose={() => setAsking(false)}
        title={t('growth.honour_title')}
        closeLabel={t('growth.cancel')}
      >
        <Form
          onSubmit={(form) => {
            const field = form.elements.namedItem('reason')
            void send(true, field instanceof HTMLInputElement ? field.value.trim() : '')
          }}
        >
          <p>{t('growth.honour_text')}</p>
          <TextInput
            label={t('growth.honour_reason')}
            name="reason"
            optional={t('growth.optional')}
            maxlength="200"
            autocomplete="off"
          />
          <FormActions>
            <Button onClick={() => setAsking(false)}>{t('growth.cancel')}</Button>
            <Button type="submit" variant="primary">
              {t('growth.honour')}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
    </>
  )
}
