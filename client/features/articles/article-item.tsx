/** One article in a list. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { finished } from '#client/parts/position.ts'
import { SaveToggle } from '#client/parts/save-button.tsx'
import { LockIcon } from '#client/ui/icons.tsx'
import { ListRow, Time } from '#client/ui/index.ts'
import { type ArticleRow, articlePath, contentRoom, minutesOf, openingOf } from '#shared/features/articles.ts'
import styles from './articles.module.css'
import { markOf } from './locked.ts'
import type { Position } from './reading.ts'

export interface ArticleItemProps {
  row: Stored<ArticleRow>
  position: Position | undefined
  isNew: boolean
  /** Its text is not for this reader, or not now. */
  locked: boolean
}

export function ArticleItem(props: ArticleItemProps): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const article = (): ArticleRow => props.row.data
  const kept = (): boolean =>
    !props.locked && (props.row.pending || core.library.kept().has(contentRoom(props.row.id)))
  const progress = (): string | undefined => {
    const furthest = props.position?.furthest ?? 0
    if (furthest >= finished) return t('articles.finished')
    return furthest >= 0.05 ? t('articles.read_part', { percent: Math.round(furthest * 100) }) : undefined
  }
  return (
    <ListRow
      href={articlePath(article())}
      title={
        <span lang={article().lang} data-kept={kept() || undefined}>
          {article().title}
        </span>
      }
      unread={props.isNew ? t('articles.new') : undefined}
      detail={<span lang={article().lang}>{article().description}</span>}
      end={<SaveToggle item={`article:${props.row.id}`} title={article().title} />}
      meta={
        <>
          <Show when={article().authorName}>
            <span class={styles.author}>{article().authorName}</span>
          </Show>
          <Time at={article().publishedAt} locale={lang()} show="day" />
          <span>{t('articles.minutes', { count: minutesOf(article()) })}</span>
          <Show when={progress()}>{(word) => <span class={styles.progressWord}>{word()}</span>}</Show>
          <Show when={markOf(openingOf(article()), props.locked, article().preview)}>
            {(mark) => (
              <span class={styles.mark}>
                <LockIcon />
                {t(mark())}
              </span>
            )}
          </Show>
          <For each={article().tags.slice(0, 2)}>{(tag) => <span class={styles.tagWord}>#{tag}</span>}</For>
          <Show when={!core.connection().online && !props.locked && !kept()}>
            <span class={styles.away}>{t('articles.not_offline')}</span>
          </Show>
          <Show when={props.row.pending}>
            <span>{t('articles.publish_waiting')}</span>
          </Show>
        </>
      }
    />
  )
}
