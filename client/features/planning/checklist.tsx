/** What has to be done until when, and by whom. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { EditIcon, PlanIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  Dialog,
  EmptyState,
  Form,
  FormActions,
  IconButton,
  Segments,
  Select,
  TextInput,
} from '#client/ui/index.ts'
import {
  addItem,
  daysTo,
  dueAt,
  dueDay,
  ownersOf,
  removeItem,
  setFields,
  type Task,
} from '#shared/features/plan-board.ts'
import { dayAt } from '#shared/features/zones.ts'
import styles from './planning.module.css'
import { Roles } from './roles.tsx'
import { type Plan, useNow } from './use-board.ts'

type Shown = 'open' | 'mine' | 'all'

export function Checklist(props: { plan: Plan }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const [shown, setShown] = createSignal<Shown>('open')
  const [editing, setEditing] = createSignal<string>()
  // A task that was just done stays where it is until something else is looked at.
  const [justDone, setJustDone] = createSignal<ReadonlySet<string>>(new Set())
  const tasks = (): readonly Task[] => props.plan.board.tasks
  const isMine = (task: Task): boolean =>
    ownersOf(task, props.plan.board.roles).includes(core.session.viewer().id ?? '')
  const isOverdue = (task: Task): boolean => !task.done && dueAt(task, props.plan.event) <= now()
  const list = createMemo(() =>
    tasks()
      .filter((task) => shown() === 'all' || !task.done || justDone().has(task.id))
      .filter((task) => shown() !== 'mine' || isMine(task))
      .toSorted((a, b) => a.days - b.days),
  )
  const counts = createMemo(() => ({
    done: tasks().filter((task) => task.done).length,
    all: tasks().length,
    overdue: tasks().filter(isOverdue).length,
  }))
  const check = (task: Task, done: boolean): void => {
    setJustDone(new Set([...justDone(), task.id]))
    setFields(props.plan.handle.doc, 'tasks', task.id, { done })
  }
  return (
    <>
      <div class={styles.summary}>
        <progress
          class={styles.progress}
          value={counts().done}
          max={Math.max(1, counts().all)}
          aria-label={t('planning.tab_checklist')}
        />
        <span>{t('planning.progress', { done: counts().done, all: counts().all })}</span>
        <Show when={counts().overdue > 0}>
          <Badge tone="danger">{t('planning.overdue', { count: counts().overdue })}</Badge>
        </Show>
      </div>
      <Segments
        hideLabel
        label={t('planning.show')}
        value={shown()}
        options={[
          { value: 'open', label: t('planning.open_tasks') },
          { value: 'mine', label: t('planning.my_tasks') },
          { value: 'all', label: t('planning.all_tasks') },
        ]}
        onChange={(value) => {
          setJustDone(new Set<string>())
          setShown(value as Shown)
        }}
      />
      <Show
        when={list().length > 0}
        fallback={
          <EmptyState icon={PlanIcon} title={t('planning.tasks_none')}>
            {t('planning.tasks_none_text')}
          </EmptyState>
        }
      >
        <ul class={styles.items}>
          <For each={list()}>
            {(task) => (
              <TaskItem
                plan={props.plan}
                task={task}
                overdue={isOverdue(task)}
                onCheck={(done) => check(task, done)}
                onEdit={() => setEditing(task.id)}
              />
            )}
          </For>
        </ul>
      </Show>
      <NewTask plan={props.plan} now={now()} />
      <Roles plan={props.plan} />
      <Dialog
        open={editing() !== undefined}
        onClose={() => setEditing(undefined)}
        title={t('planning.task_title')}
        closeLabel={t('planning.cancel')}
      >
        <Show when={tasks().find((task) => task.id === editing())}>
          {(task) => <TaskForm plan={props.plan} task={task()} onDone={() => setEditing(undefined)} />}
        </Show>
      </Dialog>
    </>
  )
}

function useDayName(): (day: string) => string {
  const { date } = useI18n()
  return (day) => date(Date.parse(`${day}T12:00:00Z`), 'short')
}

function TaskItem(props: {
  plan: Plan
  task: Task
  overdue: boolean
  onCheck: (done: boolean) => void
  onEdit: () => void
}): JSX.Element {
  const { t } = useI18n()
  const dayName = useDayName()
  const apart = (): string => {
    const { days } = props.task
    if (days === 0) return t('planning.on_day')
    return t(days < 0 ? 'planning.before' : 'planning.after', { count: Math.abs(days) })
  }
  return (
    <li class={styles.task}>
      <input
        type="checkbox"
        class={styles.check}
        aria-label={t('planning.task_done', { title: props.task.title })}
        checked={props.task.done}
        onChange={(event) => props.onCheck(event.currentTarget.checked)}
      />
      <div class={styles.taskBody}>
        <span class={styles.taskTitle} data-done={props.task.done}>
          {props.task.title}
        </span>
        <span class={styles.taskFacts}>
          <span>{t('planning.due', { day: dayName(dueDay(props.task, props.plan.event)) })}</span>
          <span>{apart()}</span>
          <Show when={props.overdue}>
            <Badge tone="danger">{t('planning.overdue_word')}</Badge>
          </Show>
        </span>
      </div>
      <div class={styles.owner}>
        <OwnerSelect plan={props.plan} task={props.task} hideLabel />
      </div>
      <IconButton
        small
        icon={EditIcon}
        label={t('planning.task_edit', { title: props.task.title })}
        onClick={() => props.onEdit()}
      />
    </li>
  )
}

/** A member, or a role and whoever has it. */
function OwnerSelect(props: { plan: Plan; task: Task; hideLabel?: boolean }): JSX.Element {
  const { t } = useI18n()
  const options = createMemo(() => [
    { value: '', label: t('planning.owner_none') },
    ...props.plan.board.roles.map((role) => ({
      value: `role:${role.id}`,
      label:
        role.people.length > 0
          ? t('planning.owner_role', {
              role: role.title,
              names: role.people.map(props.plan.nameOf).join(t('planning.comma')),
            })
          : t('planning.owner_role_open', { role: role.title }),
    })),
    ...props.plan.people().map(({ id, name }) => ({ value: id, label: name })),
  ])
  const value = (): string => {
    if (props.task.owner !== '') return props.task.owner
    return props.plan.board.roles.some((role) => role.id === props.task.role) ? `role:${props.task.role}` : ''
  }
  const choose = (chosen: string): void => {
    const role = chosen.startsWith('role:') ? chosen.slice(5) : ''
    setFields(props.plan.handle.doc, 'tasks', props.task.id, {
      owner: role === '' ? chosen : '',
      ...(chosen === '' || role !== '' ? { role } : {}),
    })
  }
  return (
    <Select
      label={props.hideLabel ? `${t('planning.owner')}: ${props.task.title}` : t('planning.owner')}
      hideLabel={props.hideLabel ?? false}
      quiet={props.hideLabel ?? false}
      value={value()}
      options={options()}
      onChange={choose}
    />
  )
}

function NewTask(props: { plan: Plan; now: number }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const today = (): string => dayAt(props.now, props.plan.event.timeZone)
  const add = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const title = String(data.get('title')).trim()
    if (title === '') return
    addItem(props.plan.handle.doc, 'tasks', core.newId(), {
      title,
      days: daysTo(String(data.get('due') || today()), props.plan.event),
      owner: '',
      role: '',
      done: false,
    })
    const field = form.elements.namedItem('title') as HTMLInputElement
    field.value = ''
    field.focus()
  }
  return (
    <Form class={styles.adding} onSubmit={add}>
      <TextInput label={t('planning.task_new')} name="title" maxlength="300" autocomplete="off" required />
      <TextInput label={t('planning.due_label')} name="due" type="date" value={today()} required />
      <Button type="submit">
        <PlusIcon />
        {t('planning.add')}
      </Button>
    </Form>
  )
}

function TaskForm(props: { plan: Plan; task: Task; onDone: () => void }): JSX.Element {
  const { t } = useI18n()
  const save = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    setFields(props.plan.handle.doc, 'tasks', props.task.id, {
      title: String(data.get('title')).trim() || undefined,
      days: data.get('due') ? daysTo(String(data.get('due')), props.plan.event) : undefined,
    })
    props.onDone()
  }
  const remove = (): void => {
    removeItem(props.plan.handle.doc, 'tasks', props.task.id)
    props.onDone()
  }
  return (
    <Form onSubmit={save}>
      <TextInput
        label={t('planning.task_title')}
        name="title"
        maxlength="300"
        required
        value={props.task.title}
      />
      <TextInput
        label={t('planning.due_label')}
        name="due"
        type="date"
        required
        value={dueDay(props.task, props.plan.event)}
      />
      <OwnerSelect plan={props.plan} task={props.task} />
      <FormActions>
        <Button variant="danger" onClick={remove}>
          {t('planning.remove', { title: props.task.title })}
        </Button>
        <Button type="submit" variant="primary">
          {t('planning.save')}
        </Button>
      </FormActions>
    </Form>
  )
}
