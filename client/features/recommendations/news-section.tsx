import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { BookIcon, DiscussIcon } from '#client/ui/icons.tsx'
import { List, ListRow, Muted, Section, Time } from '#client/ui/index.ts'
import { newsOf } from './news.ts'
import { useLastVisit } from './visit.ts'

const most = 6

/** Since the last visit; on the first one, the latest of all. */
export function NewsSection(): JSX.Element {
  const core = useCore()
  const { t, lang, relative } = useI18n()
  const visit = useLastVisit()
  const articles = core.feed.rows('articles', () => ({ by: 'publishedAt', reverse: true, limit: most + 4 }))
  const threads = core.feed.rows('threads', () => ({ by: 'lastPostAt', reverse: true, limit: 4 * most }))
  const news = createMemo(() => {
    const [written, talked, last] = [articles(), threads(), visit()]
    if (!written || !talked || !last) return undefined
    const rows = <T,>(list: readonly { data: T }[]): T[] => list.map(({ data }) => data)
    return newsOf(rows(written), rows(talked), core.session.info().member, last.since ?? 0).slice(0, most)
  })
  const since = (): number | undefined => visit()?.since
  return (
    <Show when={news()}>
      {(list) => (
        <Section
          title={t(since() === undefined ? 'recommendations.latest' : 'recommendations.news')}
          action={<a href="/discuss">{t('recommendations.all_threads')}</a>}
        >
          <Show
            when={list().length > 0}
            fallback={<Muted>{t('recommendations.no_news', { when: relative(since() ?? 0) })}</Muted>}
          >
            <List label={t('recommendations.news')}>
              <For each={list()}>
                {(entry) => (
                  <ListRow
                    title={entry.title}
                    href={entry.href}
                    start={entry.kind === 'article' ? <BookIcon /> : <DiscussIcon />}
                    meta={
                      <>
                        <span>
                          <Switch>
                            <Match when={entry.kind === 'article'}>
                              {t('recommendations.news_article', { name: entry.by })}
                            </Match>
                            <Match when={entry.goesOn}>
                              {t('recommendations.news_post', { name: entry.by })}
                            </Match>
                            <Match when={true}>{t('recommendations.news_thread', { name: entry.by })}</Match>
                          </Switch>
                        </span>
                        <Time at={entry.at} locale={lang()} />
                      </>
                    }
                  />
                )}
              </For>
            </List>
          </Show>
        </Section>
      )}
    </Show>
  )
}
