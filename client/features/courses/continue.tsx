/** The way back into what was read last: above the courses, and on Home. */
import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { NextIcon } from '#client/ui/icons.tsx'
import { LinkButton } from '#client/ui/index.ts'
import { coursePath, lessonPath } from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { type Shown, useMine } from './mine.ts'
import { Cover, FirstDue, ProgressLine } from './pieces.tsx'

/** Nothing while one takes no course. */
export function ContinuePanel(): JSX.Element {
  const { current } = useMine()
  return <Show when={current()}>{(each) => <Continue {...each()} />}</Show>
}

export function Continue(props: Shown): JSX.Element {
  const { t, relative } = useI18n()
  const next = () => props.progress.next!
  return (
    <section class={styles.continue} aria-label={t('courses.continue')}>
      <Cover course={props.course} size="small" />
      <div class={styles.continueText}>
        <a class={styles.continueCourse} href={coursePath(props.course)} lang={props.course.lang}>
          {props.course.title}
        </a>
        <p class={styles.continueLesson} lang={props.course.lang}>
          {next().lesson.title}
        </p>
        <div class={styles.continueState}>
          <ProgressLine progress={props.progress} />
          <FirstDue {...props} />
        </div>
      </div>
      <div class={styles.continueGo}>
        <LinkButton
          variant="primary"
          href={lessonPath(props.course, next().lesson)}
          aria-label={t('courses.continue_with', { title: next().lesson.title })}
        >
          {t(props.progress.done > 0 || next().begun ? 'courses.continue' : 'courses.start')}
          <NextIcon />
        </LinkButton>
        <Show when={next().begun}>
          <span class={styles.quiet}>{t('courses.last_read', { when: relative(props.at) })}</span>
        </Show>
      </div>
    </section>
  )
}
