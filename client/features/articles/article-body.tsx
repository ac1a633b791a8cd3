/** An article's text, and how far one has come in it. */
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useText } from '#client/parts/doc-text.ts'
import { ReadingText } from '#client/parts/reading-text.tsx'
import { OfflineIcon } from '#client/ui/icons.tsx'
import { EmptyState, type Heading, Skeleton } from '#client/ui/index.ts'
import { contentRoom } from '#shared/features/articles.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import { useReading } from './reading.ts'

export interface ArticleBodyProps {
  id: string
  lang: 'zh' | 'en'
  /** Of a publication that is still on its way. */
  pendingText: string | undefined
  onHeadings: (headings: Heading[]) => void
}

export function ArticleBody(props: ArticleBodyProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const handle = core.docs.use(() => contentRoom(props.id))
  const reading = useReading()
  const stored = useText(handle)
  const text = createMemo(() => props.pendingText ?? (handle()?.present() ? stored() : undefined))
  return (
    <Show
      when={text() !== undefined}
      fallback={
        <Show
          when={!core.connection().online && handle()?.loaded()}
          fallback={<Skeleton label={t('articles.loading_one')} lines={10} />}
        >
          <EmptyState icon={OfflineIcon} title={t('articles.absent')}>
            {t('articles.absent_text')}
          </EmptyState>
        </Show>
      }
    >
      <ReadingText
        item={nameOf('article', props.id)}
        lang={props.lang}
        text={text()!}
        position={reading.positions()?.get(props.id)}
        ready={reading.positions() !== undefined}
        words={{
          loading: t('articles.loading_one'),
          resumed: t('articles.resumed'),
          toStart: t('articles.to_start'),
        }}
        onReached={(fraction) => reading.reached(props.id, fraction)}
        onHeadings={props.onHeadings}
      />
    </Show>
  )
}
