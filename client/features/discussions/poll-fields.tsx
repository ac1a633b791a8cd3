/** Asking: the answers of a poll, and how long it is open. Kept with the post's draft. */
import { Index, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { CloseIcon, PlusIcon, PollIcon } from '#client/ui/icons.tsx'
import { Button, Checkbox, IconButton, Row, TextInput } from '#client/ui/index.ts'
import { areDifferent, type PollInput, pollBounds } from '#shared/features/discussions.ts'
import styles from './poll.module.css'

export interface PollDraft {
  options: string[]
  multiple: boolean
  /** As the field has it: `2026-12-01T18:00`, or ''. */
  closes: string
}

export const emptyPoll: PollDraft = { options: ['', ''], multiple: false, closes: '' }

/** @returns what is sent, or the word for what is missing. Pure. */
export function pollOfDraft(
  draft: PollDraft,
  now: number,
): PollInput | 'discussions.poll_need_options' | 'discussions.poll_bad_close' {
  const options = draft.options.map((option) => option.trim()).filter((option) => option !== '')
  const { least, most } = pollBounds
  if (options.length < least || options.length > most || !areDifferent(options))
    return 'discussions.poll_need_options'
  const closesAt = draft.closes === '' ? null : new Date(draft.closes).getTime()
  if (closesAt !== null && !(closesAt > now)) return 'discussions.poll_bad_close'
  return { options, multiple: draft.multiple, closesAt }
}

export function PollFields(props: {
  value: PollDraft | null
  onChange: (value: PollDraft | null) => void
  error?: string | undefined
}): JSX.Element {
  const { t } = useI18n()
  const set = (change: Partial<PollDraft>): void => props.onChange({ ...props.value!, ...change })
  const setOption = (index: number, text: string): void =>
    set({ options: props.value!.options.map((option, i) => (i === index ? text : option)) })
  return (
    <Show
      when={props.value}
      fallback={
        <Row>
          <Button small variant="quiet" onClick={() => props.onChange(emptyPoll)}>
            <PollIcon />
            {t('discussions.poll_add')}
          </Button>
        </Row>
      }
    >
      {(poll) => (
        <section class={styles.poll} aria-label={t('discussions.poll')}>
          <div class={styles.answers}>
            <Index each={poll().options}>
              {(option, index) => (
                <div class={styles.answerField}>
                  <TextInput
                    label={t('discussions.poll_option', { number: index + 1 })}
                    maxlength={pollBounds.option}
                    autocomplete="off"
                    value={option()}
                    error={index === poll().options.length - 1 ? props.error : undefined}
                    onInput={(event) => setOption(index, event.currentTarget.value)}
                  />
                  <IconButton
                    icon={CloseIcon}
                    label={t('discussions.poll_option_remove', { number: index + 1 })}
                    disabled={poll().options.length <= pollBounds.least}
                    onClick={() => set({ options: poll().options.filter((_, i) => i !== index) })}
                  />
                </div>
              )}
            </Index>
          </div>
          <Row>
            <Button
              small
              disabled={poll().options.length >= pollBounds.most}
              onClick={() => set({ options: [...poll().options, ''] })}
            >
              <PlusIcon />
              {t('discussions.poll_option_add')}
            </Button>
          </Row>
          <div class={styles.more}>
            <TextInput
              label={t('discussions.poll_closes')}
              hint={t('discussions.poll_closes_hint')}
              optional={t('discussions.optional')}
              type="datetime-local"
              value={poll().closes}
              onInput={(event) => set({ closes: event.currentTarget.value })}
            />
            <Checkbox
              label={t('discussions.poll_multiple')}
              checked={poll().multiple}
              onChange={(multiple) => set({ multiple })}
            />
          </div>
          <Row>
            <Button small variant="quiet" onClick={() => props.onChange(null)}>
              {t('discussions.poll_remove')}
            </Button>
          </Row>
        </section>
      )}
    </Show>
  )
}
