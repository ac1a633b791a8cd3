/** Colour and note of a highlight; and, for whoever cannot select words, which passage it is. */
import { createEffect, createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button, classes, Dialog, Form, FormActions, Segments, Select, TextArea } from '#client/ui/index.ts'
import { excerpt } from '#shared/core/text.ts'
import { type Mark, type MarkColour, markColours } from '#shared/features/library.ts'
import type { Span } from '#shared/marks/anchor.ts'
import styles from './marks.module.css'

const optionLength = 90

export interface MarkDialogProps {
  /** Open while there is one, or while there are passages to choose from. */
  mark?: Mark | undefined
  passages?: readonly { span: Span; text: string }[]
  onClose: () => void
  onSave: (part: Pick<Mark, 'colour' | 'note'>, span: Span | undefined) => void
  onDelete?: () => void
}

export function MarkDialog(props: MarkDialogProps): JSX.Element {
  const { t } = useI18n()
  const [colour, setColour] = createSignal<MarkColour>('yellow')
  const [note, setNote] = createSignal('')
  const [chosen, setChosen] = createSignal('0')
  createEffect(() => {
    setColour(props.mark?.colour ?? 'yellow')
    setNote(props.mark?.note ?? '')
  })
  const passage = () => props.passages?.[Number(chosen())]
  return (
    <Dialog
      open={props.mark !== undefined || props.passages !== undefined}
      onClose={() => props.onClose()}
      title={t(props.mark ? 'library.mark_title' : 'library.mark_passage')}
      closeLabel={t('library.close')}
    >
      <Form onSubmit={() => props.onSave({ colour: colour(), note: note() }, passage()?.span)}>
        <Show when={props.passages}>
          {(all) => (
            <Select
              label={t('library.mark_which')}
              options={all().map(({ text }, at) => ({
                value: String(at),
                label: excerpt(text, optionLength),
              }))}
              value={chosen()}
              onChange={setChosen}
            />
          )}
        </Show>
        <Show when={props.mark?.quote ?? passage()?.text}>
          {(quote) => (
            <blockquote class={classes(styles.quote, styles[colour()], styles.short)}>{quote()}</blockquote>
          )}
        </Show>
        <Segments
          label={t('library.mark_colour')}
          options={markColours.map((each) => ({ value: each, label: t(`library.mark_${each}`) }))}
          value={colour()}
          onChange={(value) => setColour(value as MarkColour)}
        />
        <TextArea
          label={t('library.mark_note_label')}
          hint={t('library.mark_note_hint')}
          rows={4}
          maxLength={10_000}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <FormActions>
          <Show when={props.onDelete && props.mark}>
            <Button variant="quiet" onClick={() => props.onDelete?.()}>
              {t('library.mark_delete')}
            </Button>
          </Show>
          <Button type="submit" variant="primary">
            {t('library.mark_save')}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  )
}
