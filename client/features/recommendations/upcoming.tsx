import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CalendarIcon, ClockIcon } from '#client/ui/icons.tsx'
import { List, ListRow, Section } from '#client/ui/index.ts'
import { eventsAheadOf, scheduledOf } from './ahead.ts'
import { useNow } from './now.ts'
import type { Shelf, ShelfItem } from './shelf.ts'
import { isToday, whenOf } from './when.ts'

const mostSessions = 3
const mostEvents = 2

/** What is next in one's schedule; with none, the next events; with none of those, nothing. */
export function Upcoming(props: { shelf: Shelf }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const plans = core.feed.rows('plans')
  const scheduled = createMemo(() => {
    const own = (plans() ?? []).map(({ data }) => data)
    return scheduledOf(props.shelf, own, now()).slice(0, mostSessions)
  })
  const events = createMemo(() => eventsAheadOf(props.shelf, now()).slice(0, mostEvents))
  const today = (): boolean => isToday(scheduled()[0]!, now())
  return (
    <Show
      when={scheduled().length > 0}
      fallback={
        <Show when={events().length > 0}>
          <Section title={t('recommendations.events_ahead')} action={<EventsLink />}>
            <TimedList label={t('recommendations.events_ahead')} items={events()} />
          </Section>
        </Show>
      }
    >
      <Section
        title={t(today() ? 'recommendations.schedule_today' : 'recommendations.schedule_next')}
        action={<EventsLink />}
      >
        <TimedList label={t('recommendations.schedule_next')} items={scheduled()} />
      </Section>
    </Show>
  )
}

function EventsLink(): JSX.Element {
  const { t } = useI18n()
  return <a href="/events">{t('recommendations.all_events')}</a>
}

/** What takes place, its time first. */
export function TimedList(props: { label: string; items: readonly ShelfItem[] }): JSX.Element {
  const { lang, t } = useI18n()
  const now = useNow()
  return (
    <List label={props.label} tiles>
      <For each={props.items}>
        {(item) => (
          <ListRow
            title={item.title}
            href={item.href}
            start={item.kind === 'event' ? <CalendarIcon /> : <ClockIcon />}
            meta={
              <>
                <Show when={item.start <= now()}>
                  <strong>{t('recommendations.now')}</strong>
                </Show>
                <span>{whenOf(item, lang())}</span>
                <Show when={item.place}>
                  <span>{item.place}</span>
                </Show>
              </>
            }
          />
        )}
      </For>
    </List>
  )
}
