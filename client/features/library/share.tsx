/** What was shared from another app is put on the reading list: a thing of this community as itself, others as links. */
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useSaved } from '#client/parts/saved.ts'
import { BookmarkedIcon, BookmarkIcon } from '#client/ui/icons.tsx'
import { Button, Card, Row } from '#client/ui/index.ts'
import { linkItem } from '#shared/features/library.ts'
import { useItems } from './items.ts'

export function SharePanel(props: { title: string; link: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const list = useSaved()
  const items = useItems()
  /** A page of this community is what it shows, wherever its address came from. */
  const item = createMemo((): string | undefined => {
    if (!props.link || !URL.canParse(props.link)) return undefined
    const { origin, pathname } = new URL(props.link)
    if (origin !== location.origin) return linkItem(props.link)
    const found = [...(items() ?? [])].find(([, { href }]) => sameText(href, pathname))
    return found?.[0] ?? linkItem(props.link)
  })
  const isSaved = (name: string): boolean => list.entries()?.has(name) ?? false
  return (
    <Show when={list.mine() && core.feed.ready() && list.entries() && items() && item()}>
      {(name) => (
        <Card title={t('library.share')} level={2} meta={t('library.share_text')}>
          <Row gap="snug">
            <Button
              variant={isSaved(name()) ? 'soft' : 'secondary'}
              aria-pressed={isSaved(name())}
              onClick={() => list.save(name(), !isSaved(name()), props.title)}
            >
              <Show when={isSaved(name())} fallback={<BookmarkIcon />}>
                <BookmarkedIcon />
              </Show>
              {t(isSaved(name()) ? 'library.saved' : 'library.save')}
            </Button>
            <Show when={isSaved(name())}>
              <a href="/me/library">{t('library.due_open')}</a>
            </Show>
          </Row>
        </Card>
      )}
    </Show>
  )
}

function sameText(one: string, other: string): boolean {
  try {
    return decodeURI(one) === decodeURI(other)
  } catch {
    return false
  }
}
