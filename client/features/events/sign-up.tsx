/** What an event asks of whoever signs up. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Form, FormActions, Muted, RadioGroup, TextArea } from '#client/ui/index.ts'
import { type Answers, type Question, wrongAnswer } from '#shared/features/event-seats.ts'

export function SignUp(props: {
  questions: readonly Question[]
  answers: Answers
  onSend: (answers: Answers) => void
  onCancel: () => void
}): JSX.Element {
  const { t } = useI18n()
  // The answers of last time are where one begins.
  // eslint-disable-next-line solid/reactivity
  const [answers, setAnswers] = createSignal<Answers>({ ...props.answers })
  const [missing, setMissing] = createSignal<string>()
  const answer = (id: string, said: string): void => {
    setAnswers((before) => ({ ...before, [id]: said }))
    setMissing(undefined)
  }
  const send = (): void => {
    const wrong = wrongAnswer(props.questions, answers())
    if (wrong) setMissing(wrong.id)
    else props.onSend(answers())
  }
  const optional = (question: Question): string | undefined =>
    question.required ? undefined : t('events.optional')
  const error = (question: Question): string | undefined =>
    missing() === question.id ? t('events.refused_answer', { question: question.text }) : undefined
  return (
    <Form onSubmit={send} novalidate>
      <Muted>{t('events.sign_up_text')}</Muted>
      <For each={props.questions}>
        {(question) => (
          <Show
            when={question.kind === 'choice'}
            fallback={
              <TextArea
                label={question.text}
                optional={optional(question)}
                error={error(question)}
                rows="2"
                maxlength="1000"
                value={answers()[question.id] ?? ''}
                onInput={(event) => answer(question.id, event.currentTarget.value)}
              />
            }
          >
            <RadioGroup
              label={question.text}
              hint={optional(question)}
              error={error(question)}
              options={question.options.map((option) => ({ value: option, label: option }))}
              value={answers()[question.id] ?? ''}
              onChange={(value) => answer(question.id, value)}
            />
          </Show>
        )}
      </For>
      <FormActions>
        <Button onClick={() => props.onCancel()}>{t('events.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('events.sign_up_send')}
        </Button>
      </FormActions>
    </Form>
  )
}
