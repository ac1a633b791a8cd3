/** Who comes and who waits, with what they answered, for those who run the event. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { DownloadIcon, GroupIcon, MoreIcon } from '#client/ui/icons.tsx'
import {
  Avatar,
  Badge,
  Button,
  EmptyState,
  List,
  ListRow,
  Menu,
  type MenuItem,
  Section,
  Select,
  Stat,
} from '#client/ui/index.ts'
import { toCsv } from '#shared/features/csv.ts'
import { type AttendeeRow, type SeatState, seatsLeft } from '#shared/features/event-seats.ts'
import type { EventRow } from '#shared/features/events.ts'
import type { WordKey } from '#shared/words/index.ts'
import { useClock } from './clock.ts'
import { download, fileName } from './download.ts'
import { useActs } from './find.ts'
import { RunPage } from './run-page.tsx'
import styles from './running.module.css'
import { SeatFigures } from './seat-card.tsx'

export const stateWords: Record<SeatState, WordKey> = {
  going: 'events.state_going',
  waiting: 'events.state_waiting',
  offered: 'events.state_offered',
  declined: 'events.state_declined',
}

export function StaffPage(): JSX.Element {
  return <RunPage tab="staff">{(event) => <People event={event()} />}</RunPage>
}

function People(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('attendees', () => ({ by: 'eventId', equals: props.event.id }))
  const sessions = core.feed.rows('sessions', () => ({ by: 'eventId', equals: props.event.id }))
  const [subject, setSubject] = createSignal('')
  const subjectId = (): string => subject() || props.event.id
  const limited = createMemo(() => (sessions() ?? []).filter(({ data }) => data.capacity))
  const of = (...states: SeatState[]): Stored<AttendeeRow>[] =>
    (rows() ?? [])
      .filter(({ data }) => data.subjectId === subjectId() && states.includes(data.status))
      .sort((a, b) => b.data.priority - a.data.priority || a.data.turn - b.data.turn)
  const going = createMemo(() => of('going').sort((a, b) => a.data.name.localeCompare(b.data.name)))
  const queue = createMemo(() => [...of('offered'), ...of('waiting')])
  const gone = createMemo(() => of('declined'))
  const figures = () => limited().find(({ id }) => id === subject())?.data ?? props.event
  const acts = useActs(() => props.event.id, 'move')
  const questions = () => props.event.questions ?? []

  function exportCsv(): void {
    const head = [t('events.col_name'), t('events.col_state'), ...questions().map(({ text }) => text)]
    const lines = [...going(), ...queue(), ...gone()].map(({ data }) => [
      data.name,
      t(stateWords[data.status]),
      ...questions().map(({ id }) => data.answers[id] ?? ''),
    ])
    download(toCsv([head, ...lines]), 'text/csv', `${fileName(props.event.title)}.csv`)
  }

  return (
    <>
      <div class={styles.stats}>
        <Stat label={t('events.state_going')} value={going().length} />
        <Show when={of('offered').length > 0}>
          <Stat label={t('events.state_offered')} value={of('offered').length} />
        </Show>
        <Stat label={t('events.state_waiting')} value={of('waiting').length} />
        <Stat label={t('events.left')} value={seatsLeft({ going: 0, ...figures() }) ?? '∞'} />
      </div>
      <SeatFigures subject={{ going: 0, ...figures() }} />
      <div class={styles.tools}>
        <Show when={limited().length > 0}>
          <Select
            label={t('events.seats_of')}
            value={subject()}
            options={[
              { value: '', label: t('events.whole_event') },
              ...limited().map(({ id, data }) => ({ value: id, label: data.title })),
            ]}
            onChange={setSubject}
          />
        </Show>
        <Button onClick={exportCsv}>
          <DownloadIcon />
          {t('events.export')}
        </Button>
      </div>
      <Undecided entry={acts().at(-1)} />
      <Show
        when={going().length + queue().length + gone().length > 0}
        fallback={
          <EmptyState icon={GroupIcon} title={t('events.people_none')}>
            {t('events.people_none_text')}
          </EmptyState>
        }
      >
        <PeopleList title={t('events.state_going')} people={going()} event={props.event} />
        <PeopleList title={t('events.waiting_list')} people={queue()} event={props.event} numbered />
        <PeopleList title={t('events.state_declined')} people={gone()} event={props.event} />
      </Show>
    </>
  )
}

function PeopleList(props: {
  title: string
  people: readonly Stored<AttendeeRow>[]
  event: EventRow
  numbered?: boolean
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.people.length > 0}>
      <Section title={`${props.title} (${props.people.length})`}>
        <List label={props.title}>
          <For each={props.people}>
            {(person, index) => (
              <Person person={person} event={props.event} place={props.numbered ? index() + 1 : undefined} />
            )}
          </For>
        </List>
        <Show when={props.numbered}>
          <p class={styles.hint}>{t('events.waiting_hint')}</p>
        </Show>
      </Section>
    </Show>
  )
}

function Person(props: {
  person: Stored<AttendeeRow>
  event: EventRow
  place: number | undefined
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const clock = useClock(() => props.event.timeZone)
  const row = (): AttendeeRow => props.person.data
  const move = (to: 'going' | 'waiting' | 'declined'): void =>
    void core.commands.send('events.move', {
      eventId: row().eventId,
      subjectId: row().subjectId,
      memberId: row().memberId,
      to,
    })
  const items = (): MenuItem[] => {
    const all: ('going' | 'waiting' | 'declined')[] = ['going', 'waiting', 'declined']
    return all
      .filter((to) => to !== row().status)
      .map((to) => ({ label: t(`events.move_${to}`), onSelect: () => move(to) }))
  }
  const answers = (): { text: string; answer: string }[] =>
    row().subjectId === row().eventId
      ? (props.event.questions ?? []).flatMap(({ id, text }) => {
          const answer = row().answers[id]
          return answer ? [{ text, answer }] : []
        })
      : []
  return (
    <ListRow
      start={<Avatar name={row().name} id={row().memberId} />}
      title={props.place === undefined ? row().name : `${props.place}. ${row().name}`}
      detail={answers().length > 0 ? <Answered answers={answers()} /> : undefined}
      meta={
        <>
          <Show when={row().status === 'offered'}>
            <Badge tone="info">
              {t('events.offered_until', {
                time: `${clock.date(row().offeredUntil ?? 0)} ${clock.time(row().offeredUntil ?? 0)}`,
              })}
            </Badge>
          </Show>
          <Show when={row().status === 'waiting' && row().priority > 0}>
            <Badge>{t('events.before_others')}</Badge>
          </Show>
          <Show when={row().why === 'expired'}>
            <span>{t('events.why_expired')}</span>
          </Show>
          <Show when={props.person.pending}>
            <span>{t('core.state_device')}</span>
          </Show>
        </>
      }
      end={
        <Menu label={t('events.move_named', { name: row().name })} icon={MoreIcon} small items={items()} />
      }
    />
  )
}

function Answered(props: { answers: { text: string; answer: string }[] }): JSX.Element {
  return (
    <dl class={styles.answers}>
      <For each={props.answers}>
        {({ text, answer }) => (
          <div>
            <dt>{text}</dt>
            <dd>{answer}</dd>
          </div>
        )}
      </For>
    </dl>
  )
}
