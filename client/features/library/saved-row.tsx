import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { SavedMenu } from '#client/parts/save-button.tsx'
import type { SavedList } from '#client/parts/saved.ts'
import { BellIcon } from '#client/ui/icons.tsx'
import { Above, Button, ListRow } from '#client/ui/index.ts'
import { ItemIcon } from './item-icon.tsx'
import { type Item, kindOf, savedItem } from './items.ts'
import styles from './library.module.css'

/** Something on the reading list. */
export function SavedRow(props: {
  name: string
  items: ReadonlyMap<string, Item> | undefined
  list: SavedList
  due?: boolean
}): JSX.Element {
  const { t, date } = useI18n()
  const entry = () => props.list.entries()?.get(props.name)
  const item = (): Item | undefined => savedItem(props.items, props.name, entry())
  const title = (): string => item()?.title ?? t('library.gone')
  return (
    <ListRow
      {...(item() ? { href: item()!.href } : {})}
      title={<span lang={item()?.lang || undefined}>{title()}</span>}
      start={<ItemIcon kind={kindOf(props.name)} />}
      meta={
        <>
          <span>{t(`library.kind_${kindOf(props.name)}`)}</span>
          <Show when={item()?.by}>
            <span>{item()?.by}</span>
          </Show>
          <Show
            when={entry()?.readAt}
            fallback={
              <Show
                when={entry()?.remindAt}
                fallback={<span>{t('library.saved_on', { date: date(entry()?.at ?? 0, 'short') })}</span>}
              >
                {(at) => (
                  <span class={styles.remind}>
                    <BellIcon />
                    {t('library.remind_at', {
                      date: props.due ? date(at(), 'short') : `${date(at(), 'short')} ${date(at(), 'time')}`,
                    })}
                  </span>
                )}
              </Show>
            }
          >
            {(at) => <span>{t('library.read_on', { date: date(at(), 'short') })}</span>}
          </Show>
        </>
      }
      end={
        <Above>
          <div class={styles.acts}>
            <Show when={props.due}>
              <Button small variant="quiet" onClick={() => props.list.remind(props.name, 'tomorrow')}>
                {t('library.later')}
              </Button>
            </Show>
            <SavedMenu item={props.name} title={title()} list={props.list} />
          </div>
        </Above>
      }
    />
  )
}
