/** For those who run an event that is to come: how many of those who said yes will be there. Worked out on the device. */
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted } from '#client/ui/index.ts'
import { crowdOf, outlookOf, type PastEvent, pastEventOf } from '#shared/features/event-outlook.ts'
import type { AttendeeRow, CheckInRow } from '#shared/features/event-seats.ts'
import type { EventRow } from '#shared/features/events.ts'
import { useNow } from './find.ts'
import styles from './seats.module.css'

export function OutlookCard(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const events = core.feed.rows('events')
  const attendees = core.feed.rows('attendees')
  const checkIns = core.feed.rows('check_ins')
  // Of the hour: the past changes when an event ends, not with every minute.
  const hour = createMemo(() => Math.floor(now() / 3_600_000) * 3_600_000)
  const past = createMemo((): PastEvent[] => {
    const [people, scans] = [byEvent<AttendeeRow>(attendees() ?? []), byEvent<CheckInRow>(checkIns() ?? [])]
    return (events() ?? []).flatMap(({ id, data }) => {
      const known = { event: data, attendees: people.get(id) ?? [], checkIns: scans.get(id) ?? [] }
      return id === props.event.id ? [] : (pastEventOf(known, hour()) ?? [])
    })
  })
  const isAhead = createMemo(() => now() < props.event.start && props.event.state !== 'cancelled')
  const outlook = createMemo(() => {
    if (!isAhead()) return undefined
    const own = (attendees() ?? []).map(({ data }) => data)
    const crowd = crowdOf({ event: props.event, attendees: own })
    return crowd.size === 0 ? undefined : outlookOf(past(), crowd)
  })
  return (
    <Show when={outlook()}>
      {(known) => (
        <section class={styles.card} aria-label={t('events.outlook')}>
          <p class={styles.lead}>
            {known().low === known().high
              ? t('events.outlook_exact', { count: known().asked, low: known().low })
              : t('events.outlook_span', { count: known().asked, low: known().low, high: known().high })}
          </p>
          <Muted>
            {known().events === 0
              ? t('events.outlook_unknown')
              : t('events.outlook_past', { count: known().events })}
          </Muted>
        </section>
      )}
    </Show>
  )
}

function byEvent<R extends { eventId: string }>(rows: readonly { data: R }[]): Map<string, R[]> {
  const lists = new Map<string, R[]>()
  for (const { data } of rows) {
    const list = lists.get(data.eventId)
    if (list) list.push(data)
    else lists.set(data.eventId, [data])
  }
  return lists
}
