/** The ten recommended items, each with its reason and with what a member can say about it. */
import { type Accessor, createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { HideIcon, MoreIcon, TagIcon } from '#client/ui/icons.tsx'
import {
  createToasts,
  EmptyState,
  List,
  Menu,
  type MenuItem,
  Section,
  Skeleton,
  ToastRegion,
} from '#client/ui/index.ts'
import type { Interests } from './interests.ts'
import { ItemRow } from './item-row.tsx'
import { reasonText } from './reasons.ts'
import styles from './recommendations.module.css'
import type { Recommended, RecommendedList } from './recommender.ts'
import type { Shelf, ShelfItem } from './shelf.ts'

/** From this many known items on, the list speaks of the member rather than of the community. */
const enoughHistory = 3
const tagsInMenu = 3

export function RecommendedSection(props: {
  shelf: Shelf
  list: RecommendedList | undefined
  interests: Interests
}): JSX.Element {
  const { t } = useI18n()
  const toasts = createToasts()
  let region!: HTMLDivElement

  const hint = (): string | undefined => {
    if (!props.list) return undefined
    if (props.list.by === 'counts') return t('recommendations.hint_counts')
    if (props.list.history >= enoughHistory) return t('recommendations.hint_model')
    const chose = [...(props.interests.tags() ?? [])].some(([, opinion]) => opinion === 1)
    return t(chose ? 'recommendations.hint_topics' : 'recommendations.hint_few')
  }

  // What is put away takes the focused button with it.
  const keepFocus = (): void => region.focus({ preventScroll: true })
  function hide(item: ShelfItem): void {
    props.interests.hide(item.id, true)
    keepFocus()
    toasts.show(t('recommendations.hidden_done', { title: item.title }), {
      action: { label: t('recommendations.undo'), onSelect: () => props.interests.hide(item.id, false) },
    })
  }
  function dismissTopic(tag: string): void {
    const before = props.interests.tags()?.get(tag) ?? 0
    props.interests.judge(tag, -1)
    keepFocus()
    toasts.show(t('recommendations.topic_done', { tag }), {
      action: { label: t('recommendations.undo'), onSelect: () => props.interests.judge(tag, before) },
    })
  }
  const actions = (item: ShelfItem): MenuItem[] => [
    { label: t('recommendations.hide'), icon: HideIcon, onSelect: () => hide(item) },
    ...item.tags.slice(0, tagsInMenu).map((tag) => ({
      label: t('recommendations.not_my_topic', { tag }),
      icon: TagIcon,
      onSelect: () => dismissTopic(tag),
    })),
  ]

  return (
    <Section
      title={t('recommendations.for_you')}
      hint={hint()}
      id="recommended"
      action={<a href="/me#recommendations">{t('recommendations.adjust')}</a>}
    >
      <div ref={region} tabindex="-1" class={styles.region}>
        <Show when={props.list} fallback={<Skeleton label={t('recommendations.working')} lines={8} />}>
          {(list) => (
            <Show
              when={list().items.length > 0}
              fallback={
                <EmptyState title={t('recommendations.none')}>{t('recommendations.none_text')}</EmptyState>
              }
            >
              <RecommendedRows items={() => list().items} shelf={props.shelf} actions={actions} />
            </Show>
          )}
        </Show>
      </div>
      <ToastRegion
        toasts={toasts}
        label={t('recommendations.notices')}
        dismissLabel={t('recommendations.dismiss')}
      />
    </Section>
  )
}

function RecommendedRows(props: {
  items: Accessor<Recommended[]>
  shelf: Shelf
  actions: (item: ShelfItem) => MenuItem[]
}): JSX.Element {
  const { t } = useI18n()
  // Rows are told apart by item: when the list is worked out again, what stays is not drawn again.
  const ids = createMemo(() => props.items().map(({ item }) => item.id))
  const byId = createMemo(() => new Map(props.items().map((entry) => [entry.item.id, entry])))
  return (
    <List label={t('recommendations.for_you')}>
      <For each={ids()}>
        {(id) => (
          <Show when={byId().get(id)}>
            {(entry) => (
              <ItemRow
                item={entry().item}
                detailed
                reason={
                  <span class={styles.reason} data-reason={entry().reason.kind}>
                    {reasonText(entry().reason, props.shelf, t)}
                  </span>
                }
                end={
                  <Menu
                    label={t('recommendations.menu', { title: entry().item.title })}
                    icon={MoreIcon}
                    variant="quiet"
                    small
                    items={props.actions(entry().item)}
                  />
                }
              />
            )}
          </Show>
        )}
      </For>
    </List>
  )
}
