/** What happens when: minutes are written down, times follow, and what does not fit says so. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { type I18n, useI18n } from '#client/core/i18n.ts'
import {
  AlertIcon,
  ChevronDownIcon,
  ChevronUpIcon,
  ClockIcon,
  EditIcon,
  GripIcon,
  PlusIcon,
} from '#client/ui/icons.tsx'
import {
  Badge,
  Banner,
  Button,
  classes,
  Dialog,
  EmptyState,
  Form,
  FormActions,
  IconButton,
  Select,
  TextInput,
} from '#client/ui/index.ts'
import type { EventRow } from '#shared/features/events.ts'
import { addItem, moveItem, removeItem, setFields, type Timed, timed } from '#shared/features/plan-board.ts'
import { dayAt } from '#shared/features/zones.ts'
import styles from './planning.module.css'
import type { Plan } from './use-board.ts'

const minute = 60_000
const dayMinutes = 1_440

/** Of the venue's clock: `14:05`, and how many days after the first. */
function clockAt(event: EventRow, minutes: number): { time: string; day: number } {
  const at = event.start + minutes * minute
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: event.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
  const day = Date.parse(dayAt(at, event.timeZone)) - Date.parse(dayAt(event.start, event.timeZone))
  return { time, day: day / (dayMinutes * minute) }
}

function lengthOf(minutes: number, { t }: I18n): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (minutes < 120 && rest !== 0) return t('planning.minutes', { count: minutes })
  return rest === 0 && hours > 0
    ? t('planning.hours', { hours })
    : hours > 0
      ? t('planning.hours_minutes', { hours, minutes: rest })
      : t('planning.minutes', { count: minutes })
}

export function RunSheetPart(props: { plan: Plan }): JSX.Element {
  const i18n = useI18n()
  const { t } = i18n
  const [editing, setEditing] = createSignal<string>()
  const [dragged, setDragged] = createSignal<string>()
  const [over, setOver] = createSignal<string>()
  const [said, setSaid] = createSignal('')
  const eventMinutes = (): number => Math.round((props.plan.event.end - props.plan.event.start) / minute)
  const sheet = createMemo(() => timed(props.plan.board.run, eventMinutes()))
  const move = (item: Timed, place: number): void => {
    const all = sheet().items.length
    if (place < 0 || place >= all) return
    const active = document.activeElement
    moveItem(props.plan.handle.doc, 'run', item.id, place)
    setSaid(t('planning.run_moved', { title: item.title, place: place + 1, all }))
    // What moves in the page loses the focus.
    if (active instanceof HTMLElement) setTimeout(() => active.focus())
  }
  const drop = (before: string): void => {
    const items = sheet().items
    const item = items.find(({ id }) => id === dragged())
    setDragged(undefined)
    setOver(undefined)
    if (item && item.id !== before)
      move(
        item,
        items.findIndex(({ id }) => id === before),
      )
  }
  return (
    <>
      <div class={styles.summary} role="status">
        <span>{t('planning.run_total', { minutes: lengthOf(sheet().minutes, i18n) })}</span>
        <Show when={sheet().items.length > 0}>
          <Show when={sheet().left !== 0} fallback={<Badge tone="accent">{t('planning.run_fits')}</Badge>}>
            <Badge tone={sheet().left < 0 ? 'danger' : 'info'}>
              {t(sheet().left < 0 ? 'planning.run_over' : 'planning.run_left', {
                minutes: lengthOf(Math.abs(sheet().left), i18n),
              })}
            </Badge>
          </Show>
        </Show>
      </div>
      <Show when={sheet().clashes > 0}>
        <Banner inline tone="warn" icon={AlertIcon}>
          {t('planning.run_clashes', { count: sheet().clashes })}
        </Banner>
      </Show>
      <p class="visually-hidden" aria-live="polite">
        {said()}
      </p>
      <Show
        when={sheet().items.length > 0}
        fallback={
          <EmptyState icon={ClockIcon} title={t('planning.run_none')}>
            {t('planning.run_none_text')}
          </EmptyState>
        }
      >
        <ol class={styles.items}>
          <For each={sheet().items.map(({ id }) => id)}>
            {(id, index) => (
              <Show when={sheet().items.find((item) => item.id === id)}>
                {(item) => (
                  <li
                    class={classes(styles.runItem, over() === id && dragged() !== id && styles.over)}
                    onDragOver={(event) => {
                      if (dragged() === undefined) return
                      event.preventDefault()
                      setOver(id)
                    }}
                    onDrop={(event) => {
                      event.preventDefault()
                      drop(id)
                    }}
                  >
                    <RunRow
                      plan={props.plan}
                      item={item()}
                      last={index() === sheet().items.length - 1}
                      first={index() === 0}
                      onMove={(by) => move(item(), index() + by)}
                      onEdit={() => setEditing(id)}
                      onDrag={(on) => {
                        setDragged(on ? id : undefined)
                        setOver(undefined)
                      }}
                    />
                  </li>
                )}
              </Show>
            )}
          </For>
        </ol>
      </Show>
      <NewItem plan={props.plan} />
      <Dialog
        open={editing() !== undefined}
        onClose={() => setEditing(undefined)}
        title={t('planning.run_title')}
        closeLabel={t('planning.cancel')}
      >
        <Show when={sheet().items.find(({ id }) => id === editing())}>
          {(item) => <ItemForm plan={props.plan} item={item()} onDone={() => setEditing(undefined)} />}
        </Show>
      </Dialog>
    </>
  )
}

function RunRow(props: {
  plan: Plan
  item: Timed
  first: boolean
  last: boolean
  onMove: (by: number) => void
  onEdit: () => void
  onDrag: (on: boolean) => void
}): JSX.Element {
  const i18n = useI18n()
  const { t } = i18n
  const start = () => clockAt(props.plan.event, props.item.start)
  /** A night between two days is no gap. */
  const isOvernight = (): boolean =>
    clockAt(props.plan.event, props.item.start - props.item.gap).day !== start().day
  const setMinutes = (text: string): void => {
    const minutes = Math.round(Number(text))
    if (text.trim() !== '' && Number.isFinite(minutes) && minutes >= 0)
      setFields(props.plan.handle.doc, 'run', props.item.id, { minutes })
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    props.onMove(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <>
      <button
        type="button"
        class={styles.grip}
        draggable="true"
        aria-label={t('planning.run_drag', { title: props.item.title })}
        title={t('planning.run_drag', { title: props.item.title })}
        onKeyDown={keys}
        onDragStart={(event) => {
          event.dataTransfer?.setData('text/plain', props.item.title)
          props.onDrag(true)
        }}
        onDragEnd={() => props.onDrag(false)}
      >
        <GripIcon />
      </button>
      <div class={styles.times}>
        <strong>{start().time}</strong>
        <span>{clockAt(props.plan.event, props.item.end).time}</span>
        <Show when={start().day > 0}>
          <span>{t('planning.day_n', { count: start().day + 1 })}</span>
        </Show>
      </div>
      <div class={styles.runBody}>
        <span class={styles.taskTitle}>{props.item.title}</span>
        <span class={styles.taskFacts}>
          <Show when={props.item.who}>
            <span>{props.item.who}</span>
          </Show>
          <Show when={props.item.gap < 0 || (props.item.gap > 0 && !isOvernight())}>
            <Badge tone={props.item.gap < 0 ? 'danger' : 'info'}>
              {t(props.item.gap < 0 ? 'planning.run_clash' : 'planning.run_gap', {
                minutes: lengthOf(Math.abs(props.item.gap), i18n),
              })}
            </Badge>
          </Show>
        </span>
      </div>
      <div class={styles.runMinutes}>
        <TextInput
          hideLabel
          quiet
          label={`${t('planning.run_minutes')}: ${props.item.title}`}
          type="number"
          min="0"
          max="20160"
          step="5"
          value={props.item.minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
      </div>
      <div class={styles.runActs}>
        <IconButton
          small
          icon={ChevronUpIcon}
          disabled={props.first}
          label={t('planning.run_up', { title: props.item.title })}
          onClick={() => props.onMove(-1)}
        />
        <IconButton
          small
          icon={ChevronDownIcon}
          disabled={props.last}
          label={t('planning.run_down', { title: props.item.title })}
          onClick={() => props.onMove(1)}
        />
        <IconButton
          small
          icon={EditIcon}
          label={t('planning.run_edit', { title: props.item.title })}
          onClick={() => props.onEdit()}
        />
      </div>
    </>
  )
}

function NewItem(props: { plan: Plan }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const add = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const title = String(data.get('title')).trim()
    const minutes = Math.round(Number(data.get('minutes')))
    if (title === '' || !Number.isFinite(minutes)) return
    addItem(props.plan.handle.doc, 'run', core.newId(), { title, minutes, who: '', at: null })
    const field = form.elements.namedItem('title') as HTMLInputElement
    field.value = ''
    field.focus()
  }
  return (
    <Form class={styles.adding} onSubmit={add}>
      <TextInput label={t('planning.run_new')} name="title" maxlength="300" autocomplete="off" required />
      <TextInput
        label={t('planning.run_minutes')}
        name="minutes"
        type="number"
        min="0"
        max="20160"
        value="15"
        required
      />
      <Button type="submit">
        <PlusIcon />
        {t('planning.add')}
      </Button>
    </Form>
  )
}

function ItemForm(props: { plan: Plan; item: Timed; onDone: () => void }): JSX.Element {
  const { t } = useI18n()
  const event = (): EventRow => props.plan.event
  const lastDay = (): number => clockAt(event(), Math.round((event().end - event().start) / minute)).day
  const fixed = () => (props.item.at === null ? undefined : clockAt(event(), props.item.at))
  // The day as it was when the form was opened.
  // eslint-disable-next-line solid/reactivity
  const [day, setDay] = createSignal(String(fixed()?.day ?? 0))
  const save = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const [hours, minutes] = String(data.get('at')).split(':').map(Number)
    const [fromHours, fromMinutes] = clockAt(event(), 0).time.split(':').map(Number)
    const at =
      hours === undefined || minutes === undefined
        ? null
        : (hours - fromHours!) * 60 + minutes - fromMinutes! + Number(day()) * dayMinutes
    setFields(props.plan.handle.doc, 'run', props.item.id, {
      title: String(data.get('title')).trim() || undefined,
      minutes: Math.max(0, Math.round(Number(data.get('minutes')) || 0)),
      who: String(data.get('who')).trim(),
      at,
    })
    props.onDone()
  }
  const remove = (): void => {
    removeItem(props.plan.handle.doc, 'run', props.item.id)
    props.onDone()
  }
  return (
    <Form onSubmit={save}>
      <TextInput
        label={t('planning.run_title')}
        name="title"
        maxlength="300"
        required
        value={props.item.title}
      />
      <div class={styles.pair}>
        <TextInput
          label={t('planning.run_minutes')}
          name="minutes"
          type="number"
          min="0"
          max="20160"
          required
          value={props.item.minutes}
        />
        <TextInput
          label={t('planning.run_who')}
          name="who"
          maxlength="100"
          optional={t('planning.optional')}
          value={props.item.who}
        />
      </div>
      <div class={styles.pair}>
        <TextInput
          label={t('planning.run_at')}
          hint={t('planning.run_at_hint')}
          optional={t('planning.optional')}
          name="at"
          type="time"
          value={fixed()?.time ?? ''}
        />
        <Show when={lastDay() > 0}>
          <Select
            label={t('planning.event_day')}
            value={day()}
            options={Array.from({ length: Math.min(14, lastDay()) + 1 }, (_, index) => ({
              value: String(index),
              label: t('planning.day_n', { count: index + 1 }),
            }))}
            onChange={setDay}
          />
        </Show>
      </div>
      <FormActions>
        <Button variant="danger" onClick={remove}>
          {t('planning.remove', { title: props.item.title })}
        </Button>
        <Button type="submit" variant="primary">
          {t('planning.save')}
        </Button>
      </FormActions>
    </Form>
  )
}
