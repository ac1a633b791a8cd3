/**
 * How pictures come into what one writes: made small, described, kept on the device, and sent like any other act, so that
 * they show at once and arrive whenever there is a network.
 */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import { Portal } from 'solid-js/web'
import type { OutboxEntry } from '#client/core/commands.ts'
import { type Core, useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Muted, Skeleton, Stack, TextInput } from '#client/ui/index.ts'
import { filesIn } from '#shared/features/pictures.ts'
import type { WordKey } from '#shared/words/index.ts'
import { needsDecision, Undecided } from './act.tsx'
import styles from './adding-pictures.module.css'
import { keepShrunk } from './keep-picture.ts'
import { type ShrunkPicture, shrinkPicture } from './shrink-picture.ts'

export interface AddingPictures {
  /** For an editor: asks for each picture's description. @returns Markdown, or nothing when none is to be added. */
  add(files: File[]): Promise<string | undefined>
  /** The dialog; once on the page. */
  View: () => JSX.Element
}

interface Asked {
  file: File
  answer: (markdown: string | undefined) => void
}

export function createAddingPictures(): AddingPictures {
  const core = useCore()
  const { t } = useI18n()
  const [asked, setAsked] = createSignal<Asked>()
  const ask = (file: File): Promise<string | undefined> =>
    new Promise((answer) => {
      setAsked({
        file,
        answer(markdown) {
          setAsked(undefined)
          answer(markdown)
        },
      })
    })
  return {
    async add(files) {
      const added: string[] = []
      for (const file of files) {
        const markdown = await ask(file)
        if (markdown) added.push(markdown)
      }
      return added.length > 0 ? added.join('\n\n') : undefined
    },
    // Apart from the form that one writes in: forms within forms send each other.
    View: () => (
      <Portal>
        <Dialog
          open={asked() !== undefined}
          onClose={() => asked()?.answer(undefined)}
          title={t('pictures.describe')}
          closeLabel={t('pictures.cancel')}
        >
          <Show when={asked()} keyed>
            {(one) => <Describe file={one.file} onAnswer={one.answer} core={core} />}
          </Show>
        </Dialog>
      </Portal>
    ),
  }
}

function Describe(props: {
  file: File
  core: Core
  onAnswer: (markdown: string | undefined) => void
}): JSX.Element {
  const { t } = useI18n()
  const [picture, setPicture] = createSignal<ShrunkPicture>()
  const [wrong, setWrong] = createSignal<WordKey>()
  const [alt, setAlt] = createSignal('')
  const url = createMemo(() => {
    const made = picture()
    return made && URL.createObjectURL(made.blob)
  })
  createEffect(() => {
    const made = url()
    if (made) onCleanup(() => URL.revokeObjectURL(made))
  })
  // The part is keyed by the file.
  // eslint-disable-next-line solid/reactivity
  void shrinkPicture(props.file).then((made) => {
    if (made) setPicture(made)
    else setWrong('pictures.unreadable')
  })
  const insert = async (): Promise<void> => {
    const made = picture()
    if (!made) return
    const kept = await keepShrunk(props.core, made)
    if (kept.ok) props.onAnswer(`![${altText(alt())}](${kept.value})`)
    else setWrong(kept.error)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void insert()
      }}
    >
      <Stack>
        <Show
          when={url()}
          fallback={
            <Show when={!wrong()}>
              <Skeleton label={t('pictures.preparing')} lines={4} />
            </Show>
          }
        >
          {(src) => <img class={styles.shown} src={src()} alt="" />}
        </Show>
        <div aria-live="polite">
          <Show when={wrong()}>{(word) => <p>{t(word())}</p>}</Show>
        </div>
        <Show when={picture()}>
          <TextInput
            label={t('pictures.alt')}
            hint={t('pictures.alt_hint')}
            optional={t('pictures.optional')}
            maxLength={300}
            autocomplete="off"
            value={alt()}
            onInput={(event) => setAlt(event.currentTarget.value)}
          />
        </Show>
        <div class={styles.actions}>
          <Button onClick={() => props.onAnswer(undefined)}>{t('pictures.cancel')}</Button>
          <Button type="submit" variant="primary" disabled={!picture()}>
            {t('pictures.insert')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

/** What Markdown would read as the end of it. */
function altText(alt: string): string {
  return alt
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\\[\]]/g, '\\$&')
}

function actsFor(core: Core, text: string): OutboxEntry[] {
  const shown = new Set(filesIn(text))
  if (shown.size === 0) return []
  return core.commands
    .entries()
    .filter((entry) => entry.name === 'pictures.add' && shown.has(entry.input.hash as string))
}

/** What must have arrived before a text that shows these pictures: ids of commands. */
export function picturesBefore(core: Core, text: string): string[] {
  return actsFor(core, text)
    .filter((entry) => entry.state !== 'saved')
    .map((entry) => entry.id)
}

/** Which pictures of a text are still on this device alone, and which were refused. */
export function PicturesWaiting(props: { text: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const acts = createMemo(() => actsFor(core, props.text))
  const waiting = (): number =>
    acts().filter((entry) => !needsDecision(entry) && entry.state !== 'saved').length
  return (
    <>
      <For each={acts().filter(needsDecision)}>{(entry) => <Undecided entry={entry} />}</For>
      <Show when={waiting() > 0}>
        <Muted>{t('pictures.waiting', { count: waiting() })}</Muted>
      </Show>
    </>
  )
}
