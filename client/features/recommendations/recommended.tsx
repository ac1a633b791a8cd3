/** The ten recommended items, each with its reason and with what a member can say about it. */
import { type Accessor, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { HelpIcon, HideIcon, LessLikeIcon, MoreIcon, MoreLikeIcon, TagIcon } from '#client/ui/icons.tsx'
import {
  Above,
  createToasts,
  EmptyState,
  List,
  Menu,
  type MenuItem,
  Section,
  Skeleton,
  ToastRegion,
} from '#client/ui/index.ts'
import { excerpt } from '#shared/core/text.ts'
import type { Interests } from './interests.ts'
import { ItemRow } from './item-row.tsx'
import { isWished, reasonText } from './reasons.ts'
import styles from './recommendations.module.css'
import type { Recommended, RecommendedList } from './recommender.ts'
import type { Shelf, ShelfItem } from './shelf.ts'
import { WhyDialog } from './why.tsx'

/** From this many known items on, the list speaks of the member rather than of the community. */
const enoughHistory = 3
const tagsInMenu = 3
const clashLength = 40

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

  const [asked, setAsked] = createSignal<string>()
  const entryAsked = (): Recommended | undefined => props.list?.items.find(({ item }) => item.id === asked())

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
  function wish(item: ShelfItem, opinion: 1 | -1): void {
    const before = props.interests.wishes()?.get(item.id)?.opinion ?? 0
    props.interests.wish(item.id, opinion)
    if (opinion === -1) keepFocus()
    const said = opinion === 1 ? 'recommendations.more_done' : 'recommendations.less_done'
    toasts.show(t(said, { title: item.title }), {
      action: { label: t('recommendations.undo'), onSelect: () => props.interests.wish(item.id, before) },
    })
  }
  const isWanted = (item: ShelfItem): boolean => isWished(item.id, props.interests.wishes())
  const actions = (item: ShelfItem): MenuItem[] => [
    { label: t('recommendations.why'), icon: HelpIcon, onSelect: () => setAsked(item.id) },
    isWanted(item)
      ? {
          label: t('recommendations.more_off'),
          icon: MoreLikeIcon,
          onSelect: () => props.interests.wish(item.id, 0),
        }
      : { label: t('recommendations.more'), icon: MoreLikeIcon, onSelect: () => wish(item, 1) },
    { label: t('recommendations.less'), icon: LessLikeIcon, onSelect: () => wish(item, -1) },
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
              <RecommendedRows
                items={() => list().items}
                shelf={props.shelf}
                interests={props.interests}
                actions={actions}
                onWhy={setAsked}
              />
            </Show>
          )}
        </Show>
      </div>
      <WhyDialog
        entry={entryAsked()}
        by={props.list?.by}
        shelf={props.shelf}
        interests={props.interests}
        onClose={() => setAsked(undefined)}
      />
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
  interests: Interests
  actions: (item: ShelfItem) => MenuItem[]
  onWhy: (item: string) => void
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
                notes={<Notes entry={entry()} wanted={isWished(id, props.interests.wishes())} />}
                reason={
                  <Above>
                    <button
                      type="button"
                      class={styles.reason}
                      data-reason={entry().reason.kind}
                      title={t('recommendations.why')}
                      onClick={() => props.onWhy(id)}
                    >
                      {reasonText(entry().reason, props.shelf, t, props.interests.wishes(), entry().lively)}
                    </button>
                  </Above>
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

/** What one should know before one goes there, and what one said of it. */
function Notes(props: { entry: Recommended; wanted: boolean }): JSX.Element {
  const { t } = useI18n()
  return (
    <>
      <Show when={props.entry.clash}>
        {(clash) => (
          <span class={styles.warning} data-clash>
            {t('recommendations.clash', { title: excerpt(clash().title, clashLength) })}
          </span>
        )}
      </Show>
      <Show when={props.entry.item.full}>
        <span class={styles.warning}>{t('recommendations.full')}</span>
      </Show>
      <Show when={props.wanted}>
        <span>{t('recommendations.more_marked')}</span>
      </Show>
    </>
  )
}
