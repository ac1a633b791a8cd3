/** Chapters and lessons to be named and put in order. Every change is an act of its own: the outline as it then is. */
import { createMemo, For, Index, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ArrowDownIcon, EditIcon, PlusIcon, SentIcon, TrashIcon } from '#client/ui/icons.tsx'
import { Badge, Button, IconButton, LinkButton, Section, TextInput } from '#client/ui/index.ts'
import { type CourseRow, coursePath, type LessonRow } from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { useDay } from './pieces.tsx'
import { moved, type Plan, planOf } from './plan.ts'

export function OutlineEditor(props: { course: CourseRow; lessons: readonly LessonRow[] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const day = useDay()
  const plan = createMemo(() => planOf(props.course, props.lessons))
  const lessonById = createMemo(() => new Map(props.lessons.map((lesson) => [lesson.id, lesson])))
  const arrange = (chapters: Plan): void =>
    void core.commands.send('courses.arrange', { courseId: props.course.id, chapters })
  const rename = (id: string, title: string): void => {
    const name = title.trim()
    const before = plan().find((chapter) => chapter.id === id)
    if (name === '' || before?.title === name) return
    arrange(plan().map((chapter) => (chapter.id === id ? { ...chapter, title: name } : chapter)))
  }
  const add = (): void =>
    arrange([
      ...plan(),
      { id: core.newId(), title: t('courses.chapter_name', { n: plan().length + 1 }), lessons: [] },
    ])
  const remove = (id: string): void => arrange(plan().filter((chapter) => chapter.id !== id))
  const move = (lessonId: string, by: 1 | -1): void => {
    const next = moved(plan(), lessonId, by)
    if (next) arrange(next)
  }
  return (
    <Section title={t('courses.chapters')} hint={t('courses.chapters_hint')}>
      <div class={styles.editor}>
        <Index each={plan()}>
          {(chapter) => (
            <div class={styles.editorChapter}>
              <div class={styles.editorHead}>
                <TextInput
                  label={t('courses.chapter_title')}
                  hideLabel
                  maxLength={200}
                  autocomplete="off"
                  lang={props.course.lang}
                  value={chapter().title}
                  onChange={(event) => rename(chapter().id, event.currentTarget.value)}
                />
                <Show when={chapter().lessons.length === 0 && plan().length > 1}>
                  <IconButton
                    icon={TrashIcon}
                    label={t('courses.chapter_remove', { title: chapter().title })}
                    onClick={() => remove(chapter().id)}
                  />
                </Show>
              </div>
              <ol class={styles.editorLessons}>
                <For each={chapter().lessons}>
                  {(id) => (
                    <Show when={lessonById().get(id)}>
                      {(lesson) => (
                        <li class={styles.editorLesson}>
                          <a
                            class={styles.editorTitle}
                            href={`${coursePath(props.course)}/edit/${id}`}
                            lang={props.course.lang}
                          >
                            {lesson().title}
                            <Show when={lesson().opensAt}>
                              {(at) => (
                                <>
                                  {' '}
                                  <Badge tone="info">{t('courses.opens_on', { date: day(at()) })}</Badge>
                                </>
                              )}
                            </Show>
                            <Show when={lesson().free}>
                              {' '}
                              <Badge tone="accent">{t('courses.free')}</Badge>
                            </Show>
                          </a>
                          <span class={styles.editorButtons}>
                            <IconButton
                              small
                              icon={SentIcon}
                              label={t('courses.move_up', { title: lesson().title })}
                              disabled={!moved(plan(), id, -1)}
                              onClick={() => move(id, -1)}
                            />
                            <IconButton
                              small
                              icon={ArrowDownIcon}
                              label={t('courses.move_down', { title: lesson().title })}
                              disabled={!moved(plan(), id, 1)}
                              onClick={() => move(id, 1)}
                            />
                            <LinkButton
                              small
                              variant="quiet"
                              href={`${coursePath(props.course)}/edit/${id}`}
                              aria-label={t('courses.lesson_edit', { title: lesson().title })}
                            >
                              <EditIcon />
                            </LinkButton>
                          </span>
                        </li>
                      )}
                    </Show>
                  )}
                </For>
              </ol>
              <div>
                <LinkButton
                  small
                  variant="quiet"
                  href={`${coursePath(props.course)}/edit/${core.newId()}?chapter=${chapter().id}`}
                >
                  <PlusIcon />
                  {t('courses.lesson_add')}
                </LinkButton>
              </div>
            </div>
          )}
        </Index>
        <div>
          <Button small onClick={add}>
            <PlusIcon />
            {t('courses.chapter_add')}
          </Button>
        </div>
      </div>
    </Section>
  )
}
