import { For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '#client/core/i18n.ts'
import type { ShownPlace } from '#client/core/places.ts'
import { Badge, List, ListRow } from '#client/ui/index.ts'

/** Places below each other, each with what it is for. Draws nothing when there are none. */
export function PlaceList(props: {
  places: readonly ShownPlace[]
  label: string
  /** As tiles, two in a row; on a phone, where a line each is enough, by their names alone. */
  compact?: boolean
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.places.length > 0}>
      <List label={props.label} tiles={props.compact}>
        <For each={props.places}>
          {(place) => (
            <ListRow
              href={place.href}
              start={<Dynamic component={place.icon} />}
              title={t(place.word)}
              detail={place.about && t(place.about)}
              end={
                <Show when={place.waiting() > 0}>
                  <Badge tone="accent">{t('app.waiting_there', { count: place.waiting() })}</Badge>
                </Show>
              }
            />
          )}
        </For>
      </List>
    </Show>
  )
}
