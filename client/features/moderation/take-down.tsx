import { createSignal, type JSX, untrack } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Form, FormActions, RadioGroup } from '#client/ui/index.ts'
import { ReasonFields, type Why } from './reason-fields.tsx'

/** A moderator hides or deletes what nobody reported. Open as long as there is a target. */
export function TakeDownDialog(props: { target: string | undefined; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [act, setAct] = createSignal<'hide' | 'delete'>('hide')
  const [why, setWhy] = createSignal<Why>({ reason: 'spam', note: t('moderation.template_spam') })

  async function send(): Promise<void> {
    const target = untrack(() => props.target)
    if (target === undefined) return
    const decision = { decisionId: core.newId(), target, act: act(), ...why() }
    await core.commands.send('moderation.take_down', decision)
    props.onClose()
  }

  return (
    <Dialog
      open={props.target !== undefined}
      onClose={() => props.onClose()}
      title={t('moderation.take_down_title')}
      closeLabel={t('moderation.cancel')}
    >
      <Form onSubmit={() => void send()}>
        <p>{t('moderation.take_down_text')}</p>
        <RadioGroup
          label={t('moderation.how')}
          options={(['hide', 'delete'] as const).map((value) => ({
            value,
            label: t(`moderation.${value}`),
            hint: t(`moderation.${value}_hint`),
          }))}
          value={act()}
          onChange={(value) => setAct(value as 'hide' | 'delete')}
        />
        <ReasonFields value={why()} onChange={setWhy} />
        <FormActions>
          <Button onClick={() => props.onClose()}>{t('moderation.cancel')}</Button>
          <Button type="submit" variant="danger">
            {t('moderation.take_down')}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  )
}
