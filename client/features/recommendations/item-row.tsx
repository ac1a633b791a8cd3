import type { Component, JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '#client/core/i18n.ts'
import { BookIcon, CalendarIcon, ClockIcon, DiscussIcon, LearnIcon, LockIcon } from '#client/ui/icons.tsx'
import { ListRow } from '#client/ui/index.ts'
import type { ItemKind } from '#shared/features/recommendations.ts'
import styles from './recommendations.module.css'
import type { ShelfItem } from './shelf.ts'
import { whenOf } from './when.ts'

const icons: Record<ItemKind, Component> = {
  article: BookIcon,
  thread: DiscussIcon,
  session: ClockIcon,
  event: CalendarIcon,
  course: LearnIcon,
  lesson: LearnIcon,
}

/** An item in a list: its kind, its title, when it takes place, and what else there is to say. */
export function ItemRow(props: {
  item: ShelfItem
  /** Why it is here. */
  reason?: JSX.Element
  /** What else is to be known of it. */
  notes?: JSX.Element
  /** Shows the first sentences too. */
  detailed?: boolean
  end?: JSX.Element
}): JSX.Element {
  const { t, lang } = useI18n()
  return (
    <ListRow
      title={props.item.title}
      href={props.item.href}
      start={<Dynamic component={icons[props.item.kind]} />}
      detail={props.detailed ? props.item.detail || undefined : undefined}
      meta={
        <>
          <span>{t(`recommendations.kind_${props.item.kind}`)}</span>
          <Show when={props.item.start > 0}>
            <span>{whenOf(props.item, lang())}</span>
          </Show>
          <Show when={props.item.by && props.item.kind !== 'session'}>
            <span>{props.item.by}</span>
          </Show>
          <Show when={props.item.locked}>
            <span class={styles.mark}>
              <LockIcon />
              {t('core.locked')}
            </span>
          </Show>
          {props.notes}
        </>
      }
      note={props.reason}
      end={props.end}
    />
  )
}
