import { createMemo, For, type JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { List, ListRow } from '#client/ui/index.ts'
import { languagesOf, usesLanguage } from './fitting.ts'
import type { Shelf } from './shelf.ts'

/** What a group meets most, as far as this device knows it; what is in the reader's language comes first. */
export function GroupItems(props: {
  items: readonly string[]
  shelf: Shelf | undefined
  label: string
}): JSX.Element {
  const { lang } = useI18n()
  const shown = createMemo(() => {
    const known = props.items.flatMap((id) => props.shelf?.get(id) ?? [])
    const own = languagesOf(lang(), [])
    return [
      ...known.filter((item) => usesLanguage(item, own)),
      ...known.filter((item) => !usesLanguage(item, own)),
    ]
  })
  return (
    <List label={props.label}>
      <For each={shown()}>{(item) => <ListRow href={item.href} title={item.title} />}</For>
    </List>
  )
}
