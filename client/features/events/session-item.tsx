import { type JSX, Show } from 'solid-js'
import { ActWord } from '#client/parts/act.tsx'
import type { SessionRow } from '#shared/features/events.ts'
import type { Clock } from './clock.ts'
import styles from './events.module.css'
import type { Plans } from './plans.ts'
import { ClashNote, Star } from './star.tsx'

/** A session in the programme. */
export function SessionItem(props: {
  session: SessionRow
  slug: string
  clock: Clock
  plans: Plans
}): JSX.Element {
  return (
    <li class={styles.session} id={`s-${props.session.id}`}>
      <div class={styles.sessionText}>
        <h4 class={styles.sessionTitle}>
          <a href={`/events/${props.slug}/${encodeURIComponent(props.session.id)}`}>{props.session.title}</a>
        </h4>
        <Show when={props.session.persons.length > 0}>
          <p class={styles.persons}>{props.session.persons.join(', ')}</p>
        </Show>
        <p class={styles.facts}>
          <span class={styles.room}>{props.session.room}</span>
          <span>{props.clock.length(props.session.start, props.session.end)}</span>
          <Show when={props.session.lang}>
            <span class={styles.lang}>{props.session.lang}</span>
          </Show>
          <Show when={props.session.track}>
            <span class={styles.track}>{props.session.track}</span>
          </Show>
          <ActWord entry={props.plans.acts().get(props.session.id)} />
        </p>
        <ClashNote others={props.plans.clashing().get(props.session.id)} />
      </div>
      <Star session={props.session} plans={props.plans} />
    </li>
  )
}
