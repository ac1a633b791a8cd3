/** All that one highlighted and noted, text by text, and the way to take it along. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { MarkItem } from '#client/parts/marks.tsx'
import { useOwnMap } from '#client/parts/own-map.ts'
import { saveBlob } from '#client/parts/save-blob.ts'
import { DownloadIcon, HighlightIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, LinkButton, Row, Section, Skeleton } from '#client/ui/index.ts'
import { inTextOrder, type Mark, marksAsMarkdown } from '#shared/features/library.ts'
import { useItems } from './items.ts'
import styles from './library.module.css'
import { LibraryPage } from './tabs.tsx'

export function MarksPage(): JSX.Element {
  const { t } = useI18n()
  const map = useOwnMap<Mark>('highlights')
  const items = useItems()
  /** Those marked last first. */
  const texts = createMemo(() => {
    const byItem = new Map<string, Mark[]>()
    const newest = [...(map.entries()?.values() ?? [])].sort((a, b) => b.at - a.at)
    for (const mark of newest) byItem.set(mark.item, [...(byItem.get(mark.item) ?? []), mark])
    return [...byItem].map(([item, marks]) => ({ item, marks: inTextOrder(marks) }))
  })
  const titleOf = (item: string): string => items()?.get(item)?.title ?? t('library.gone')
  const download = (): void => {
    const text = texts()
      .map(({ item, marks }) => marksAsMarkdown(titleOf(item), marks))
      .join('\n')
    saveBlob(new Blob([text], { type: 'text/markdown' }), `${t('library.marks_file')}.md`)
  }
  return (
    <LibraryPage tab="marks">
      <Show when={items() && map.entries()} fallback={<Skeleton label={t('library.loading')} lines={6} />}>
        <Show
          when={texts().length > 0}
          fallback={
            <EmptyState
              icon={HighlightIcon}
              title={t('library.marks_none')}
              actions={<LinkButton href="/read">{t('library.list_browse')}</LinkButton>}
            >
              {t('library.marks_none_text')}
            </EmptyState>
          }
        >
          <Row>
            <Button onClick={download}>
              <DownloadIcon />
              {t('library.marks_export')}
            </Button>
          </Row>
          <For each={texts()}>
            {({ item, marks }) => (
              <Section
                title={
                  <Show when={items()?.get(item)} fallback={titleOf(item)}>
                    {(known) => (
                      <a class={styles.text} href={known().href} lang={known().lang || undefined}>
                        {known().title}
                      </a>
                    )}
                  </Show>
                }
              >
                <ul class={styles.marks}>
                  <For each={marks}>
                    {(mark) => {
                      const href = items()?.get(item)?.href
                      return <MarkItem mark={mark} {...(href ? { href: `${href}#highlights` } : {})} />
                    }}
                  </For>
                </ul>
              </Section>
            )}
          </For>
        </Show>
      </Show>
    </LibraryPage>
  )
}
