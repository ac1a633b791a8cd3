/**
 * At the door, on a phone, with or without a network: tickets by camera or typed, people by name, and who came without.
 * What this phone knows it says at once; what another one knew better shows after both have reached the server.
 */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { AlertIcon, CameraIcon, CheckCircleIcon, RefusedIcon, SearchIcon } from '#client/ui/icons.tsx'
import { Badge, Button, Form, List, ListRow, Section, Stat, TextInput } from '#client/ui/index.ts'
import { type AttendeeRow, type CheckInRow, readTicket, ticketHash } from '#shared/features/event-seats.ts'
import { type EventRow, planId } from '#shared/features/events.ts'
import { useClock } from './clock.ts'
import { useActs } from './find.ts'
import { RunPage } from './run-page.tsx'
import styles from './running.module.css'
import { Scanner } from './scanner.tsx'

export function CheckInPage(): JSX.Element {
  return <RunPage tab="check-in">{(event) => <Door event={event()} />}</RunPage>
}

interface Said {
  tone: 'good' | 'again' | 'unknown' | 'bad'
  title: string
  text: string
}

const icons = { good: CheckCircleIcon, again: AlertIcon, unknown: AlertIcon, bad: RefusedIcon }
const sameTicketAfter = 8_000
const recent = 20

function Door(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const clock = useClock(() => props.event.timeZone)
  const people = core.feed.rows('attendees', () => ({ by: 'eventId', equals: props.event.id }))
  const checkIns = core.feed.rows('check_ins', () => ({ by: 'eventId', equals: props.event.id }))
  const expected = createMemo(() =>
    (people() ?? []).map(({ data }) => data).filter((row) => row.subjectId === row.eventId),
  )
  const byTicket = createMemo(() => new Map(expected().map((row) => [row.ticket, row])))
  const here = createMemo(() => new Map((checkIns() ?? []).map((row) => [row.id, row])))
  const latest = createMemo(() =>
    [...(checkIns() ?? [])].sort((a, b) => b.data.at - a.data.at).slice(0, recent),
  )
  const twice = createMemo(() => (checkIns() ?? []).filter(({ data }) => data.again.length > 0))
  const undecided = useActs(() => props.event.id, 'check_in', 'walk_in', 'undo_check_in')
  const [typed, setTyped] = createSignal('')
  const [said, setSaid] = createSignal<Said>()
  const [filming, setFilming] = createSignal(false)
  const [name, setName] = createSignal('')
  let last = { code: '', at: 0 }

  /** @param isTyped whoever types means it; a camera sees the same ticket many times */
  async function scan(text: string, isTyped: boolean): Promise<void> {
    const code = readTicket(text)
    if (code === null) {
      if (isTyped) setSaid({ tone: 'bad', title: t('events.scan_none'), text: t('events.scan_none_text') })
      return
    }
    if (!isTyped && last.code === code && Date.now() - last.at < sameTicketAfter) return
    last = { code, at: Date.now() }
    const ticket = await ticketHash(props.event.id, code)
    const known = byTicket().get(ticket)
    await admit({ ticket, ...(known ? { memberId: known.memberId } : {}) }, known?.name)
    setTyped('')
  }

  async function admit(who: { ticket?: string; memberId?: string }, called = ''): Promise<void> {
    const before = who.memberId ? here().get(planId(who.memberId, props.event.id)) : undefined
    if (before) {
      setSaid({
        tone: 'again',
        title: t('events.scan_again', { name: called }),
        text: firstText(before.data),
      })
    } else if (who.memberId) {
      setSaid({ tone: 'good', title: called, text: t('events.scan_good') })
    } else setSaid({ tone: 'unknown', title: t('events.scan_unknown'), text: t('events.scan_unknown_text') })
    navigator.vibrate?.(before || !who.memberId ? [80, 60, 80] : 40)
    await core.commands.send('events.check_in', { eventId: props.event.id, scanId: core.newId(), ...who })
  }

  const firstText = (row: CheckInRow): string => {
    const time = clock.time(row.scannedAt)
    if (row.byName === '' || row.byId === core.session.viewer().id)
      return t('events.scan_first_here', { time })
    return t('events.scan_first', { time, name: row.byName })
  }
  async function letIn(): Promise<void> {
    if (name().trim() === '') return
    await core.commands.send('events.walk_in', {
      eventId: props.event.id,
      scanId: core.newId(),
      name: name().trim(),
    })
    setSaid({ tone: 'good', title: name().trim(), text: t('events.walk_in_done') })
    setName('')
  }
  const undo = (id: string): void => {
    setSaid(undefined)
    void core.commands.send('events.undo_check_in', { eventId: props.event.id, checkInId: id })
  }
  const going = (): number => expected().filter((row) => row.status === 'going').length

  return (
    <>
      <div class={styles.stats}>
        <Stat label={t('events.here')} value={checkIns()?.length ?? 0} />
        <Stat label={t('events.expected')} value={going()} />
      </div>
      <Show when={filming()}>
        <Scanner onCode={(text) => void scan(text, false)} onClose={() => setFilming(false)} />
      </Show>
      <div class={styles.said} aria-live="assertive">
        <Show when={said()}>
          {(what) => (
            <div class={styles.result} data-scan={what().tone}>
              {icons[what().tone]({})}
              <div>
                <strong>{what().title}</strong>
                <p>{what().text}</p>
              </div>
            </div>
          )}
        </Show>
      </div>
      <Form class={styles.scan} onSubmit={() => void scan(typed(), true)}>
        <TextInput
          label={t('events.scan_code')}
          hint={t('events.scan_hint')}
          class={styles.codeInput}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={typed()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <div class={styles.scanButtons}>
          <Button type="submit" variant="primary">
            {t('events.scan_send')}
          </Button>
          <Show when={!filming()}>
            <Button onClick={() => setFilming(true)}>
              <CameraIcon />
              {t('events.camera_open')}
            </Button>
          </Show>
        </div>
      </Form>
      <For each={undecided().filter((entry) => entry.state === 'refused' || entry.state === 'parked')}>
        {(entry) => <Undecided entry={entry} />}
      </For>
      <Show when={twice().length > 0}>
        <Section title={t('events.twice', { count: twice().length })} hint={t('events.twice_text')}>
          <List>
            <For each={twice()}>
              {(row) => (
                <ListRow
                  start={<AlertIcon />}
                  title={row.data.name}
                  detail={
                    <>
                      {firstText(row.data)}
                      <For each={row.data.again}>
                        {(scanned) => (
                          <>
                            <br />
                            {t('events.twice_then', {
                              name: scanned.byName,
                              time: clock.time(scanned.scannedAt),
                            })}
                          </>
                        )}
                      </For>
                    </>
                  }
                />
              )}
            </For>
          </List>
        </Section>
      </Show>
      <ByName
        people={expected()}
        here={here()}
        onAdmit={(row) => void admit({ memberId: row.memberId }, row.name)}
      />
      <Section title={t('events.walk_in')} hint={t('events.walk_in_hint')}>
        <Form class={styles.line} onSubmit={() => void letIn()}>
          <TextInput
            label={t('events.walk_in_name')}
            maxlength="80"
            autocomplete="off"
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit">{t('events.walk_in_add')}</Button>
        </Form>
      </Section>
      <Show when={latest().length > 0}>
        <Section title={t('events.latest')}>
          <List>
            <For each={latest()}>
              {(row) => (
                <ListRow
                  title={row.data.name}
                  meta={
                    <>
                      <span>{clock.time(row.data.scannedAt)}</span>
                      <Show when={row.data.byName}>
                        <span>{row.data.byName}</span>
                      </Show>
                      <Show when={row.data.walkIn}>
                        <Badge>{t('events.without_ticket')}</Badge>
                      </Show>
                      <Show when={row.pending}>
                        <span>{t('core.state_device')}</span>
                      </Show>
                    </>
                  }
                  end={
                    <Button
                      small
                      variant="quiet"
                      aria-label={t('events.undo_named', { name: row.data.name })}
                      onClick={() => undo(row.id)}
                    >
                      {t('events.undo')}
                    </Button>
                  }
                />
              )}
            </For>
          </List>
        </Section>
      </Show>
    </>
  )
}

const shown = 8

function ByName(props: {
  people: readonly AttendeeRow[]
  here: ReadonlyMap<string, Stored<CheckInRow>>
  onAdmit: (row: AttendeeRow) => void
}): JSX.Element {
  const { t } = useI18n()
  const [query, setQuery] = createSignal('')
  const found = createMemo(() => {
    const wanted = query().trim().toLowerCase()
    if (wanted === '') return []
    return props.people.filter((row) => row.name.toLowerCase().includes(wanted)).slice(0, shown)
  })
  const isHere = (row: AttendeeRow): boolean => props.here.has(planId(row.memberId, row.eventId))
  return (
    <Section title={t('events.by_name')}>
      <TextInput
        hideLabel
        type="search"
        icon={SearchIcon}
        label={t('events.by_name')}
        placeholder={t('events.by_name_hint')}
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <Show when={found().length > 0}>
        <List>
          <For each={found()}>
            {(row) => (
              <ListRow
                title={row.name}
                meta={
                  <Show when={row.status !== 'going'}>
                    <Badge tone="warn">{t(`events.state_${row.status}`)}</Badge>
                  </Show>
                }
                end={
                  <Show when={!isHere(row)} fallback={<Badge tone="accent">{t('events.is_here')}</Badge>}>
                    <Button small onClick={() => props.onAdmit(row)}>
                      {t('events.check_in')}
                    </Button>
                  </Show>
                }
              />
            )}
          </For>
        </List>
      </Show>
    </Section>
  )
}
