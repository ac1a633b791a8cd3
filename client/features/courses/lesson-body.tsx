/** A lesson's text, from this device. */
import { createEffect, createMemo, type JSX, onCleanup, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useText } from '#client/parts/doc-text.ts'
import { ReadingText } from '#client/parts/reading-text.tsx'
import { OfflineIcon } from '#client/ui/icons.tsx'
import { EmptyState, type Heading, Skeleton } from '#client/ui/index.ts'
import { type LessonRow, lessonRoom } from '#shared/features/courses.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import type { Reading } from './reading.ts'

/** Milliseconds after which a lesson counts as begun. */
const stay = 4_000

export interface LessonBodyProps {
  lesson: LessonRow
  /** Of a version that is still on its way. */
  pendingText: string | undefined
  reading: Reading
  onHeadings: (headings: Heading[]) => void
}

export function LessonBody(props: LessonBodyProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const handle = core.docs.use(() => lessonRoom(props.lesson.id))
  const stored = useText(handle)
  const row = core.feed.row('lesson_texts', () => props.lesson.id)
  const attached = core.feed.row('attachments', () => `lesson:${props.lesson.id}`)
  // Of what was never written no document arrives.
  const text = createMemo(() => {
    if (props.pendingText !== undefined) return props.pendingText
    if (handle()?.present()) return stored()
    return row()?.data.sequence === 0 ? '' : undefined
  })
  // A film or files without a text of their own: whoever stays has begun.
  createEffect(() => {
    if (text() !== '' || !attached()) return
    const { id } = props.lesson
    const timer = setTimeout(() => {
      props.reading.record(id, 0)
      void core.behaviour.seen(nameOf('lesson', id), 0.3)
    }, stay)
    onCleanup(() => clearTimeout(timer))
  })
  return (
    <Show
      when={text() !== undefined}
      fallback={
        <Show
          when={!core.connection().online && handle()?.loaded()}
          fallback={<Skeleton label={t('courses.loading_lesson')} lines={10} />}
        >
          <EmptyState icon={OfflineIcon} title={t('courses.absent')}>
            {t('courses.absent_text')}
          </EmptyState>
        </Show>
      }
    >
      <Show
        when={text() !== ''}
        fallback={
          <Show when={attached() === null}>
            <p>{t('courses.empty_lesson')}</p>
          </Show>
        }
      >
        <ReadingText
          item={nameOf('lesson', props.lesson.id)}
          lang={props.lesson.lang}
          text={text()!}
          position={props.reading.reached()?.get(props.lesson.id)}
          ready={props.reading.reached() !== undefined}
          words={{
            loading: t('courses.loading_lesson'),
            resumed: t('courses.resumed'),
            toStart: t('courses.to_start'),
          }}
          onReached={(fraction) => props.reading.record(props.lesson.id, fraction)}
          onHeadings={props.onHeadings}
        />
      </Show>
    </Show>
  )
}
