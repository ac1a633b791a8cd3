/** One question of a quiz, as its author writes it. */
import { Index, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ArrowDownIcon, CloseIcon, PlusIcon, SentIcon, TrashIcon } from '#client/ui/icons.tsx'
import { Button, IconButton, Select, TextArea, TextInput } from '#client/ui/index.ts'
import { mostOptions, type QuestionKind, type QuizInput } from '#shared/features/course-quizzes.ts'
import exercise from './exercise.module.css'
import styles from './quiz.module.css'

type Written = QuizInput['questions'][number]

export interface QuestionCardProps {
  n: number
  count: number
  lang: 'zh' | 'en'
  question: Written
  onEdit: (change: Partial<Written>) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

export function QuestionCard(props: QuestionCardProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const setKind = (kind: QuestionKind): void => {
    const { right, options } = props.question
    const wasText = props.question.kind === 'text'
    if ((kind === 'text') !== wasText) props.onEdit({ kind, right: [] })
    else props.onEdit({ kind, right: kind === 'single' ? right.slice(0, 1) : right })
    if (kind !== 'text' && options.length === 0) addOption()
  }
  const addOption = (): void =>
    props.onEdit({ options: [...props.question.options, { id: core.newId(), text: '' }] })
  const rename = (id: string, text: string): void =>
    props.onEdit({ options: props.question.options.map((one) => (one.id === id ? { id, text } : one)) })
  const drop = (id: string): void =>
    props.onEdit({
      options: props.question.options.filter((one) => one.id !== id),
      right: props.question.right.filter((one) => one !== id),
    })
  const mark = (id: string, on: boolean): void => {
    if (props.question.kind === 'single') props.onEdit({ right: [id] })
    else props.onEdit({ right: [...props.question.right.filter((one) => one !== id), ...(on ? [id] : [])] })
  }
  return (
    <fieldset class={styles.card} aria-label={t('quizzes.question_n', { n: props.n })} data-question>
      <div class={styles.cardHead}>
        <h3>{t('quizzes.question_n', { n: props.n })}</h3>
        <IconButton
          small
          icon={SentIcon}
          label={t('quizzes.move_up', { n: props.n })}
          disabled={props.n === 1}
          onClick={() => props.onMove(-1)}
        />
        <IconButton
          small
          icon={ArrowDownIcon}
          label={t('quizzes.move_down', { n: props.n })}
          disabled={props.n === props.count}
          onClick={() => props.onMove(1)}
        />
        <IconButton
          small
          icon={TrashIcon}
          label={t('quizzes.question_remove', { n: props.n })}
          disabled={props.count === 1}
          onClick={() => props.onRemove()}
        />
      </div>
      <Select
        label={t('quizzes.field_kind')}
        options={(['single', 'multiple', 'text'] as const).map((kind) => ({
          value: kind,
          label: t(`quizzes.kind_${kind}`),
        }))}
        value={props.question.kind}
        onChange={(value) => setKind(value as QuestionKind)}
      />
      <TextArea
        label={t('quizzes.field_text')}
        rows={2}
        maxLength={2_000}
        lang={props.lang}
        value={props.question.text}
        onInput={(event) => props.onEdit({ text: event.currentTarget.value })}
      />
      <Show
        when={props.question.kind !== 'text'}
        fallback={
          <TextArea
            label={t('quizzes.field_accepted')}
            hint={t('quizzes.accepted_hint')}
            rows={2}
            maxLength={2_000}
            lang={props.lang}
            value={props.question.right.join('\n')}
            onInput={(event) => props.onEdit({ right: event.currentTarget.value.split('\n') })}
          />
        }
      >
        <fieldset class={styles.question} aria-label={t('quizzes.options')}>
          <p class={exercise.quiet}>{t('quizzes.options_hint')}</p>
          <Index each={props.question.options}>
            {(option, at) => (
              <div class={styles.optionRow}>
                <input
                  type={props.question.kind === 'single' ? 'radio' : 'checkbox'}
                  name={`right-${props.question.id}`}
                  aria-label={t('quizzes.right_n', { n: at + 1 })}
                  checked={props.question.right.includes(option().id)}
                  onChange={(event) => mark(option().id, event.currentTarget.checked)}
                />
                <TextInput
                  label={t('quizzes.option_n', { n: at + 1 })}
                  hideLabel
                  placeholder={t('quizzes.option_n', { n: at + 1 })}
                  maxLength={500}
                  autocomplete="off"
                  lang={props.lang}
                  value={option().text}
                  onInput={(event) => rename(option().id, event.currentTarget.value)}
                />
                <IconButton
                  small
                  icon={CloseIcon}
                  label={t('quizzes.option_remove', { n: at + 1 })}
                  disabled={props.question.options.length <= 2}
                  onClick={() => drop(option().id)}
                />
              </div>
            )}
          </Index>
          <div>
            <Button small disabled={props.question.options.length >= mostOptions} onClick={addOption}>
              <PlusIcon />
              {t('quizzes.option_add')}
            </Button>
          </div>
        </fieldset>
      </Show>
      <TextArea
        label={t('quizzes.field_why')}
        optional={t('quizzes.optional')}
        hint={t('quizzes.why_hint')}
        rows={2}
        maxLength={2_000}
        lang={props.lang}
        value={props.question.why}
        onInput={(event) => props.onEdit({ why: event.currentTarget.value })}
      />
    </fieldset>
  )
}
