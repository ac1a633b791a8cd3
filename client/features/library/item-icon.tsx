import type { Component, JSX } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { BookIcon, CalendarIcon, ClockIcon, DiscussIcon, LearnIcon, OutlineIcon } from '#client/ui/icons.tsx'
import type { ItemKind } from '#shared/features/recommendations.ts'

const icons: Record<ItemKind, Component> = {
  article: BookIcon,
  lesson: OutlineIcon,
  course: LearnIcon,
  thread: DiscussIcon,
  event: CalendarIcon,
  session: ClockIcon,
}

export function ItemIcon(props: { kind: ItemKind }): JSX.Element {
  return <Dynamic component={icons[props.kind]} />
}
