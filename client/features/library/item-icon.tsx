import type { Component, JSX } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import {
  BookIcon,
  CalendarIcon,
  ClockIcon,
  DiscussIcon,
  ExternalIcon,
  LearnIcon,
  OutlineIcon,
} from '#client/ui/icons.tsx'
import type { Kind } from './items.ts'

const icons: Record<Kind, Component> = {
  article: BookIcon,
  lesson: OutlineIcon,
  course: LearnIcon,
  thread: DiscussIcon,
  event: CalendarIcon,
  session: ClockIcon,
  link: ExternalIcon,
}

export function ItemIcon(props: { kind: Kind }): JSX.Element {
  return <Dynamic component={icons[props.kind]} />
}
