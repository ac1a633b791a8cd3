/** Points and a comment for each criterion, a word to the whole, and the outcome. What is typed is kept on this device. */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Banner, Button, Form, FormActions, Segments, TextArea, TextInput } from '#client/ui/index.ts'
import { type Criterion, type Marks, scoreOf, type TaskRow } from '#shared/features/course-tasks.ts'
import exercise from './exercise.module.css'
import styles from './task.module.css'

interface Judged {
  /** By criterion; what is not in it has none yet. */
  points: Record<string, number>
  comments: Record<string, string>
  said: string
  /** `undefined`: as the points say. */
  passed?: boolean
}

export interface ReviewFormProps {
  /** Of what is reviewed: the same again finds what was typed. */
  id: string
  task: TaskRow
  lang: 'zh' | 'en'
  /** Whoever runs the course says how it goes; peers say what they think. */
  decides?: boolean
  /** The same review, refused: it begins with what that said. */
  refused: OutboxEntry | undefined
  onSend: (review: { marks: Marks; said: string; passed: boolean }) => void
}

export function ReviewForm(props: ReviewFormProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const key = (): string => `courses.review.${props.id}`
  const [judged, setJudged] = createSignal<Judged>({ points: {}, comments: {}, said: '' })
  const [wrong, setWrong] = createSignal<'tasks.needs_points' | 'tasks.needs_said'>()
  let touched = false
  createEffect(() => {
    const before = props.refused
    if (touched) return
    if (before) setJudged(fromRefused(before))
    else
      void core.local.get<Judged | null>(key()).then((kept) => {
        if (kept && !touched) setJudged(kept)
      })
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const keepNow = (): void => {
    clearTimeout(timer)
    if (touched) void core.local.set(key(), judged())
  }
  onCleanup(keepNow)
  const edit = (change: Partial<Judged>): void => {
    touched = true
    setJudged({ ...judged(), ...change })
    setWrong(undefined)
    clearTimeout(timer)
    timer = setTimeout(keepNow, 400)
  }
  const setPoints = ({ id, points: most }: Criterion, typed: string): void => {
    const { [id]: _, ...rest } = judged().points
    const n = Math.round(Number(typed))
    const isOne = typed.trim() !== '' && Number.isFinite(n)
    edit({ points: isOne ? { ...rest, [id]: Math.max(0, Math.min(most, n)) } : rest })
  }
  const isWhole = (): boolean => props.task.criteria.every(({ id }) => judged().points[id] !== undefined)
  const score = createMemo(() =>
    scoreOf(props.task.criteria.map(({ id, points }) => ({ points: judged().points[id] ?? 0, of: points }))),
  )
  const passed = (): boolean => judged().passed ?? score() >= props.task.passMark
  const send = async (): Promise<void> => {
    const { points, comments, said } = judged()
    if (!isWhole()) return void setWrong('tasks.needs_points')
    if (props.decides && !passed() && said.trim() === '') return void setWrong('tasks.needs_said')
    const marks = props.task.criteria.map(({ id }) => ({
      id,
      points: points[id]!,
      comment: (comments[id] ?? '').trim(),
    }))
    const name = key()
    const isPassed = passed()
    clearTimeout(timer)
    touched = false
    if (props.refused) await core.commands.discard(props.refused.id)
    await core.local.set(name, null)
    props.onSend({ marks, said: said.trim(), passed: isPassed })
  }
  return (
    <Form class={styles.form} onSubmit={() => void send()} data-review-form>
      <h4>{t('tasks.review')}</h4>
      <For each={props.task.criteria}>
        {(criterion) => (
          <fieldset class={styles.mark}>
            <legend>
              <span lang={props.lang}>{criterion.text}</span>
              <span class={styles.points}>{t('tasks.points', { count: criterion.points })}</span>
            </legend>
            <div class={styles.markFields}>
              <TextInput
                type="number"
                label={t('tasks.points_for', { text: criterion.text, of: criterion.points })}
                hideLabel
                inputmode="numeric"
                min={0}
                max={criterion.points}
                placeholder={`0–${criterion.points}`}
                value={judged().points[criterion.id] ?? ''}
                onChange={(event) => setPoints(criterion, event.currentTarget.value)}
              />
              <TextArea
                label={t('tasks.comment_for', { text: criterion.text })}
                hideLabel
                placeholder={t('tasks.comment')}
                rows={1}
                maxLength={2_000}
                value={judged().comments[criterion.id] ?? ''}
                onInput={(event) =>
                  edit({ comments: { ...judged().comments, [criterion.id]: event.currentTarget.value } })
                }
              />
            </div>
          </fieldset>
        )}
      </For>
      <TextArea
        label={t('tasks.said')}
        hint={t('tasks.said_hint')}
        rows={3}
        maxLength={5_000}
        value={judged().said}
        onInput={(event) => edit({ said: event.currentTarget.value })}
      />
      <Show
        when={props.decides}
        fallback={
          <p class={exercise.quiet} aria-live="polite">
            {t('tasks.sum', { n: score(), mark: props.task.passMark })}{' '}
            {t('tasks.peer_verdict', { mark: props.task.passMark })}
          </p>
        }
      >
        <Segments
          label={t('tasks.verdict')}
          hint={t('tasks.sum', { n: score(), mark: props.task.passMark })}
          options={[
            { value: 'passed', label: t('tasks.verdict_passed') },
            { value: 'again', label: t('tasks.verdict_again') },
          ]}
          value={isWhole() || judged().passed !== undefined ? (passed() ? 'passed' : 'again') : ''}
          onChange={(value) => edit({ passed: value === 'passed' })}
        />
      </Show>
      <Show when={wrong()}>
        {(word) => (
          <Banner inline tone="danger">
            {t(word())}
          </Banner>
        )}
      </Show>
      <FormActions>
        <Button type="submit" variant="primary">
          {t('tasks.send_review')}
        </Button>
      </FormActions>
    </Form>
  )
}

function fromRefused({ input }: OutboxEntry): Judged {
  const marks = (input.marks ?? []) as Marks
  return {
    points: Object.fromEntries(marks.map(({ id, points }) => [id, points])),
    comments: Object.fromEntries(marks.map(({ id, comment }) => [id, comment])),
    said: String(input.said ?? ''),
    ...(typeof input.passed === 'boolean' ? { passed: input.passed } : {}),
  }
}
