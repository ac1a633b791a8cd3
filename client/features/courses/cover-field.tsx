/** A course's picture: chosen, made small on this device, and there at once; saved with the form that it stands in. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { keepPicture } from '#client/parts/keep-picture.ts'
import { Button, Muted, Row, Stack } from '#client/ui/index.ts'
import type { CourseRow } from '#shared/features/courses.ts'
import { pictureTypes } from '#shared/features/pictures.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './courses.module.css'
import { Cover } from './pieces.tsx'

/** Pixels of the longer side: a course's page shows no more. */
const side = 1_200

export function CoverField(props: {
  course: Pick<CourseRow, 'id' | 'title' | 'cover'>
  onChange: (cover: string | null) => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [busy, setBusy] = createSignal(false)
  const [wrong, setWrong] = createSignal<WordKey>()
  let input!: HTMLInputElement
  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setBusy(true)
    const kept = await keepPicture(core, file, side)
    setBusy(false)
    setWrong(kept.ok ? undefined : kept.error)
    if (kept.ok) props.onChange(kept.value)
  }
  return (
    <fieldset class={styles.coverField}>
      <legend>{t('courses.field_cover')}</legend>
      <Stack gap="snug">
        <Cover course={props.course} size="wide" />
        <Row gap="snug">
          <Button small busy={busy()} onClick={() => input.click()}>
            {t(props.course.cover ? 'courses.cover_change' : 'courses.cover_choose')}
          </Button>
          <Show when={props.course.cover}>
            <Button small variant="quiet" onClick={() => props.onChange(null)}>
              {t('courses.cover_remove')}
            </Button>
          </Show>
        </Row>
        {/* The browser's own control speaks the browser's language; the button opens the same dialog. */}
        <input
          ref={input}
          type="file"
          hidden
          data-cover
          accept={pictureTypes.join(',')}
          onChange={(event) => {
            void choose(event.currentTarget.files?.[0])
            // The same file can be chosen again.
            event.currentTarget.value = ''
          }}
        />
        <div aria-live="polite">
          <Show when={wrong()} fallback={<Muted>{t('courses.field_cover_hint')}</Muted>}>
            {(word) => <p class={styles.coverWrong}>{t(word())}</p>}
          </Show>
        </div>
        <PicturesWaiting text={props.course.cover ?? ''} />
      </Stack>
    </fieldset>
  )
}
