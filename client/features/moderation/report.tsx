/** What is wrong with something that others wrote, told to moderators; works offline. */
import { createSignal, type JSX, untrack } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Form, FormActions, RadioGroup, TextArea } from '#client/ui/index.ts'
import { type Reason, reasons } from '#shared/features/moderation.ts'

/** Open as long as there is a target. */
export function ReportDialog(props: { target: string | undefined; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [reason, setReason] = createSignal<Reason>('spam')

  async function send(form: HTMLFormElement): Promise<void> {
    const target = untrack(() => props.target)
    if (target === undefined) return
    const field = form.elements.namedItem('note')
    const note = field instanceof HTMLTextAreaElement ? field.value.trim() : ''
    await core.commands.send('moderation.report', { target, reason: reason(), note })
    props.onClose()
  }

  return (
    <Dialog
      open={props.target !== undefined}
      onClose={() => props.onClose()}
      title={t('moderation.report_title')}
      closeLabel={t('moderation.cancel')}
    >
      <Form onSubmit={(form) => void send(form)}>
        <p>{t('moderation.report_text')}</p>
        <RadioGroup
          label={t('moderation.report_reason')}
          options={reasons.map((value) => ({ value, label: t(`moderation.reason_${value}`) }))}
          value={reason()}
          onChange={(value) => setReason(value as Reason)}
        />
        <TextArea
          label={t('moderation.report_note')}
          optional={t('moderation.optional')}
          name="note"
          rows="2"
          maxlength="1000"
        />
        <FormActions>
          <Button onClick={() => props.onClose()}>{t('moderation.cancel')}</Button>
          <Button type="submit" variant="primary">
            {t('moderation.report_send')}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  )
}
