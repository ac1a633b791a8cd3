/** What a reader of an agenda chooses by: their own schedule, the day, words, the hour, the room, the track. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { SearchIcon, StarIcon } from '#client/ui/icons.tsx'
import { Button, Select, Tag, Tags, TextInput } from '#client/ui/index.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { type Filter, hourOfDay, startHours } from './agenda.ts'
import { type Clock, dayName } from './clock.ts'
import styles from './events.module.css'

/** As the address has it. */
export type Query = { day?: string; from?: string; room?: string; track?: string; mine?: string; q?: string }

export const noFilter: Record<keyof Query, undefined> = {
  day: undefined,
  from: undefined,
  room: undefined,
  track: undefined,
  mine: undefined,
  q: undefined,
}

export type Choice = { [name in keyof Query]: string | undefined }

export function AgendaFilters(props: {
  event: EventRow
  sessions: readonly SessionRow[]
  filter: Filter
  /** The hour that was chosen, '' for none. */
  from: string
  /** Sessions in one's own schedule; undefined for a guest, who has none. */
  starred: number | undefined
  clock: Clock
  onChoose: (change: Choice) => void
  onDay: (day: string) => void
  onNow: (() => void) | undefined
}): JSX.Element {
  const { t, lang } = useI18n()
  const hours = createMemo(() =>
    props.filter.day === '' ? [] : startHours(props.sessions, props.filter.day, props.event.timeZone),
  )
  const withSessions = createMemo(() => {
    const rooms = new Set(props.sessions.map((session) => session.room))
    const tracks = new Set(props.sessions.map((session) => session.track))
    return {
      rooms: props.event.rooms.filter((room) => rooms.has(room)),
      tracks: props.event.tracks.filter((track) => tracks.has(track)),
    }
  })
  return (
    <>
      <div class={styles.days}>
        <Tags strip>
          <Show when={props.onNow}>
            {(jump) => (
              <Button small variant="soft" onClick={() => jump()()}>
                {t('events.jump_now')}
              </Button>
            )}
          </Show>
          <Show when={props.starred !== undefined}>
            <Tag
              pressed={props.filter.mine}
              onToggle={(on) =>
                props.onChoose({ mine: on ? '1' : undefined, day: undefined, from: undefined })
              }
            >
              <span class={styles.mine}>
                <StarIcon />
                {t('events.mine')}
                <Show when={props.starred}>{(count) => <span>{count()}</span>}</Show>
              </span>
            </Tag>
          </Show>
          <For each={props.event.days}>
            {(day) => (
              <Tag pressed={props.filter.day === day} onToggle={() => props.onDay(day)}>
                {dayName(day, lang())}
              </Tag>
            )}
          </For>
          <Tag pressed={props.filter.day === ''} onToggle={() => props.onDay('all')}>
            {t('events.all_days')}
          </Tag>
        </Tags>
      </div>
      <search class={styles.fields}>
        <TextInput
          hideLabel
          type="search"
          icon={SearchIcon}
          label={t('events.search')}
          placeholder={t('events.search')}
          value={props.filter.text}
          onInput={(input) => props.onChoose({ q: input.currentTarget.value || undefined })}
        />
        <Select
          hideLabel
          label={t('events.from')}
          disabled={hours().length === 0}
          value={props.from}
          options={[
            { value: '', label: t('events.any_time') },
            ...hours().map((hours) => ({
              value: String(hours),
              label: t('events.from_hour', {
                time: props.clock.time(hourOfDay(props.filter.day, hours, props.event.timeZone)),
              }),
            })),
          ]}
          onChange={(from) => props.onChoose({ from: from || undefined })}
        />
        <Select
          hideLabel
          label={t('events.room')}
          value={props.filter.room}
          options={[
            { value: '', label: t('events.all_rooms') },
            ...withSessions().rooms.map((room) => ({ value: room, label: room })),
          ]}
          onChange={(room) => props.onChoose({ room: room || undefined })}
        />
        <Show when={withSessions().tracks.length > 0}>
          <Select
            hideLabel
            label={t('events.track')}
            value={props.filter.track}
            options={[
              { value: '', label: t('events.all_tracks') },
              ...withSessions().tracks.map((track) => ({ value: track, label: track })),
            ]}
            onChange={(track) => props.onChoose({ track: track || undefined })}
          />
        </Show>
      </search>
    </>
  )
}
