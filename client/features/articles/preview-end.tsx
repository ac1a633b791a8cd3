/** Where the preview of what is sold ends, while it is written. */
import { type JSX, Show } from 'solid-js'
import type { DocHandle } from '#client/core/docs.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useText } from '#client/parts/doc-text.ts'
import { Button, Muted, Stack } from '#client/ui/index.ts'
import { isSold, type Opening } from '#shared/core/opening.ts'
import { previewEnd, previewOf } from '#shared/core/preview.ts'
import { countWords } from '#shared/core/text.ts'

export function PreviewEnd(props: { opening: Opening; handle: DocHandle | undefined }): JSX.Element {
  const { t, number } = useI18n()
  const text = useText(() => (isSold(props.opening) ? props.handle : undefined))
  const words = (): number => countWords(previewOf(text()))
  const add = (): void => {
    const handle = props.handle
    if (!handle) return
    const body = bodyOf(handle.doc)
    const first = body.toString().search(/\S\s*?\n\s*\n/)
    body.insert(first < 0 ? body.length : first + 1, '\n\n<!-- more -->')
  }
  return (
    <Show when={isSold(props.opening)}>
      <Stack gap="tight">
        <p aria-live="polite">
          {words() === 0
            ? t('articles.preview_none')
            : t('articles.preview_words', { count: number(words()) })}
        </p>
        <Muted>{t('articles.preview_how')}</Muted>
        <Show when={previewEnd(text()) === undefined && text().trim() !== ''}>
          <Button small onClick={add}>
            {t('articles.preview_add')}
          </Button>
        </Show>
      </Stack>
    </Show>
  )
}
