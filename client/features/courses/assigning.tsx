/** Makes a course required of all members or of a group, until a day. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { CloseIcon } from '#client/ui/icons.tsx'
import { Button, Form, IconButton, Section, Select, TextInput } from '#client/ui/index.ts'
import { type CourseRow, isOpenFor } from '#shared/features/courses.ts'
import styles from './courses.module.css'

export function Assigning(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const rows = core.feed.rows('assignments', () => ({ by: 'courseId', equals: props.course.id }))
  const groups = core.feed.rows('groups', () => ({ by: 'name' }))
  /** Groups that can open it, and everybody where everybody can. */
  const targets = createMemo(() => {
    const all = [
      { value: 'members', label: t('courses.assign_all') },
      ...(groups() ?? []).map(({ id, data }) => ({
        value: `group:${id}`,
        label: t('courses.assign_group', { name: data.name }),
      })),
    ]
    return all.filter(({ value }) => isOpenFor(props.course.opening, value))
  })
  const nameOf = (to: string): string => {
    const group = groups()?.find(({ id }) => to === `group:${id}`)
    return group ? t('courses.assign_group', { name: group.data.name }) : t('courses.assign_all')
  }
  const [chosen, setChosen] = createSignal<string>()
  const to = (): string => chosen() ?? targets()[0]?.value ?? ''
  const [day, setDay] = createSignal('')
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter(
        ({ name, input }) =>
          (name === 'courses.assign' || name === 'courses.unassign') && input.courseId === props.course.id,
      ),
  )
  const assign = async (): Promise<void> => {
    // The end of that day, where the owner is.
    const dueAt = day() === '' ? null : new Date(`${day()}T23:59:59`).getTime()
    const before = rows()?.find((row) => row.data.to === to())
    await core.commands.send('courses.assign', {
      id: before?.id ?? core.newId(),
      courseId: props.course.id,
      to: to(),
      dueAt,
    })
    setDay('')
  }
  return (
    <Show when={targets().length > 0}>
      <Section title={t('courses.assign_title')} hint={t('courses.assign_hint')}>
        <Show when={(rows() ?? []).length > 0}>
          <ul class={styles.assigned}>
            <For each={rows()}>
              {(row) => (
                <li class={styles.assignedOne}>
                  <span>
                    {row.data.dueAt === null
                      ? t('courses.assigned', { name: nameOf(row.data.to) })
                      : t('courses.assigned_until', {
                          name: nameOf(row.data.to),
                          date: date(row.data.dueAt, 'day'),
                        })}
                  </span>
                  <IconButton
                    small
                    icon={CloseIcon}
                    label={t('courses.assign_remove', { name: nameOf(row.data.to) })}
                    onClick={() =>
                      void core.commands.send('courses.unassign', { id: row.id, courseId: props.course.id })
                    }
                  />
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Form onSubmit={() => void assign()}>
          <div class={styles.assignForm}>
            <Select
              label={t('courses.assign_to')}
              options={targets()}
              value={to()}
              onChange={(value) => setChosen(value)}
            />
            <TextInput
              type="date"
              label={t('courses.assign_due')}
              value={day()}
              onInput={(event) => setDay(event.currentTarget.value)}
            />
            <Button type="submit" disabled={to() === ''}>
              {t('courses.assign')}
            </Button>
            <Show when={acts().findLast((entry) => !needsDecision(entry))}>
              {(entry) => <ActWord entry={entry()} />}
            </Show>
          </div>
        </Form>
        <For each={acts().filter(needsDecision)}>{(entry) => <Undecided entry={entry} />}</For>
      </Section>
    </Show>
  )
}
