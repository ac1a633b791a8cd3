/** What is asked at sign-up, as its organiser writes it. */
import { Index, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { PlusIcon, TrashIcon } from '#client/ui/icons.tsx'
import { Button, Checkbox, IconButton, Select, TextArea, TextInput } from '#client/ui/index.ts'
import type { Question } from '#shared/features/event-seats.ts'
import styles from './making.module.css'

const most = 10

export function QuestionsField(props: {
  questions: readonly Question[]
  error: string | undefined
  onChange: (questions: Question[]) => void
}): JSX.Element {
  const { t } = useI18n()
  const change = (index: number, part: Partial<Question>): void =>
    props.onChange(props.questions.map((one, i) => (i === index ? { ...one, ...part } : one)))
  const add = (): void =>
    props.onChange([
      ...props.questions,
      { id: crypto.randomUUID().slice(0, 8), text: '', kind: 'text', options: [], required: false },
    ])
  return (
    <fieldset class={styles.group}>
      <legend>{t('events.questions')}</legend>
      <p class={styles.hint}>{t('events.questions_hint')}</p>
      <Index each={props.questions}>
        {(question, index) => (
          <div class={styles.question}>
            <div class={styles.questionHead}>
              <TextInput
                label={t('events.question_text', { n: index + 1 })}
                maxlength="300"
                autocomplete="off"
                value={question().text}
                onInput={(event) => change(index, { text: event.currentTarget.value })}
              />
              <IconButton
                small
                icon={TrashIcon}
                label={t('events.question_remove', { n: index + 1 })}
                onClick={() => props.onChange(props.questions.filter((_, i) => i !== index))}
              />
            </div>
            <Select
              label={t('events.question_kind')}
              value={question().kind}
              options={[
                { value: 'text', label: t('events.question_kind_text') },
                { value: 'choice', label: t('events.question_kind_choice') },
              ]}
              onChange={(kind) => change(index, { kind: kind as Question['kind'] })}
            />
            <Show when={question().kind === 'choice'}>
              <TextArea
                label={t('events.question_options')}
                hint={t('events.question_options_hint')}
                rows="3"
                value={question().options.join('\n')}
                onInput={(event) =>
                  change(index, { options: event.currentTarget.value.split('\n').slice(0, 20) })
                }
              />
            </Show>
            <Checkbox
              label={t('events.question_required')}
              checked={question().required}
              onChange={(required) => change(index, { required })}
            />
          </div>
        )}
      </Index>
      <Show when={props.error}>
        <p class={styles.wrong} role="alert">
          {props.error}
        </p>
      </Show>
      <Show when={props.questions.length < most}>
        <div>
          <Button small onClick={add}>
            <PlusIcon />
            {t('events.question_add')}
          </Button>
        </div>
      </Show>
    </fieldset>
  )
}
