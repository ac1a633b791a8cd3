/** What belongs to a lesson or an article, for its author: one film or recording with its captions, and any files. */
import { createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { TrashIcon, UploadIcon } from '#client/ui/icons.tsx'
import { Button, IconButton, Muted, Section, Select, Stack } from '#client/ui/index.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { type AttachmentsRow, hashesOf, mediaBounds, type UploadUse } from '#shared/features/media.ts'
import { kindWord, languageName, sizeName } from './labels.ts'
import styles from './media.module.css'
import { clock } from './player.tsx'
import { inspectMedia, type Uploaded } from './upload.ts'
import { createUploads, UploadRows } from './uploads.tsx'

type Arranged = CommandInput<'media.arrange'>
type List = Omit<Arranged, 'subject'>

const nothing: AttachmentsRow = { media: null, captions: [], files: [] }
const captionLanguages = ['zh', 'en', 'ja', 'ko', 'de', 'fr', 'es', 'pt', 'ru', 'ar']
const accepts: Record<UploadUse, string> = {
  media: 'video/mp4,video/webm,audio/*,.mp4,.m4v,.webm,.mp3,.m4a,.m4b,.ogg,.opus,.wav,.flac',
  captions: '.vtt,text/vtt',
  file: '',
}

export function MediaEditor(props: { subject: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = core.feed.row('attachments', () => props.subject)
  const list = createMemo((): AttachmentsRow => row()?.data ?? nothing)
  const entry = createMemo((): OutboxEntry | undefined => {
    const about = props.subject
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'media.arrange' && input.subject === about)
  })
  const uploads = createUploads()
  const [lang, setLang] = createSignal<string>()
  const free = (): string[] =>
    captionLanguages.filter((each) => !list().captions.some((captions) => captions.lang === each))
  const chosen = (): string => lang() ?? free()[0] ?? ''

  // One after the other: each list builds on the one before, which the page may not show yet.
  let last: Promise<unknown> = Promise.resolve()
  let ahead: List | undefined
  createEffect(() => {
    if (needsDecision(entry()) || (ahead && hashesOf(list()).join() === hashesOf(ahead).join()))
      ahead = undefined
  })
  const arrange = (change: (now: List) => List): Promise<void> => {
    const done = last.then(async () => {
      const now = change(ahead ?? asInput(list()))
      ahead = now
      await core.commands.send('media.arrange', { subject: props.subject, ...now })
    })
    last = done.catch(() => {})
    return done
  }
  const put = {
    media: async (file: Uploaded, from: File): Promise<void> => {
      const seen = await inspectMedia(from)
      const kind = file.type.startsWith('audio/') ? 'audio' : seen.kind
      const media = { hash: file.hash, name: file.name, kind, seconds: Math.min(seen.seconds, 360_000) }
      await arrange((now) => ({ ...now, media }))
    },
    captions: (file: Uploaded, language: string): Promise<void> =>
      arrange((now) => ({
        ...now,
        captions: [
          ...now.captions.filter((each) => each.lang !== language),
          { hash: file.hash, lang: language },
        ],
      })),
    file: (file: Uploaded): Promise<void> =>
      arrange((now) => ({
        ...now,
        files: [...now.files.filter(({ hash }) => hash !== file.hash), { hash: file.hash, name: file.name }],
      })),
  }
  const begin = (files: readonly File[], use: UploadUse): void => {
    const language = chosen()
    for (const file of files) {
      void uploads.add(file, use, async (uploaded) => {
        if (use === 'media') await put.media(uploaded, file)
        else if (use === 'captions') await put.captions(uploaded, language)
        else await put.file(uploaded)
      })
    }
    setLang(undefined)
  }
  return (
    <div class={styles.editor}>
      <Section title={t('media.editor')} hint={t('media.editor_hint')}>
        <Stack>
          <Undecided entry={entry()} />
          <Stack gap="snug">
            <Show when={list().media}>
              {(media) => (
                <Item
                  name={media().name}
                  meta={[
                    t(media().kind === 'audio' ? 'media.kind_audio' : 'media.kind_video'),
                    ...(media().seconds > 0 ? [clock(media().seconds)] : []),
                    sizeName(media().size),
                  ]}
                  onRemove={() => void arrange((now) => ({ ...now, media: null, captions: [] }))}
                />
              )}
            </Show>
            <Choose
              label={t(list().media ? 'media.replace' : 'media.add_media')}
              hint={t('media.add_media_hint')}
              use="media"
              disabled={uploads.runs('media')}
              onChoose={begin}
            />
            <UploadRows uploads={uploads} use="media" />
          </Stack>
          <Show when={list().media}>
            <Stack gap="snug">
              <For each={list().captions}>
                {(captions) => (
                  <Item
                    name={t('media.captions_in', { language: languageName(captions.lang) })}
                    meta={captions.size > 0 ? [sizeName(captions.size)] : []}
                    onRemove={() =>
                      void arrange((now) => ({
                        ...now,
                        captions: now.captions.filter(({ lang }) => lang !== captions.lang),
                      }))
                    }
                  />
                )}
              </For>
              <Show when={free().length > 0 && list().captions.length < mediaBounds.languages}>
                <Select
                  label={t('media.captions_language')}
                  options={free().map((each) => ({ value: each, label: languageName(each) }))}
                  value={chosen()}
                  onChange={setLang}
                />
                <Choose
                  label={t('media.add_captions')}
                  hint={t('media.add_captions_hint')}
                  use="captions"
                  disabled={uploads.runs('captions')}
                  onChoose={begin}
                />
              </Show>
              <UploadRows uploads={uploads} use="captions" />
            </Stack>
          </Show>
          <Stack gap="snug">
            <For each={list().files}>
              {(file) => (
                <Item
                  name={file.name}
                  meta={[t(kindWord(file.name, file.type)), sizeName(file.size)]}
                  onRemove={() =>
                    void arrange((now) => ({
                      ...now,
                      files: now.files.filter(({ hash }) => hash !== file.hash),
                    }))
                  }
                />
              )}
            </For>
            <Show
              when={list().files.length < mediaBounds.files}
              fallback={<Muted>{t('media.most_files', { most: mediaBounds.files })}</Muted>}
            >
              <Choose
                label={t('media.add_files')}
                hint={t('media.add_files_hint')}
                use="file"
                multiple
                onChoose={begin}
              />
            </Show>
            <UploadRows uploads={uploads} use="file" />
          </Stack>
          <Show when={entry()}>
            {(act) => <Show when={!needsDecision(act())}>{<ActWord entry={act()} />}</Show>}
          </Show>
        </Stack>
      </Section>
    </div>
  )
}

function Item(props: { name: string; meta: readonly string[]; onRemove: () => void }): JSX.Element {
  const { t } = useI18n()
  return (
    <div class={`${styles.file} ${styles.item}`}>
      <span class={styles.fileText}>
        <span class={styles.fileName}>{props.name}</span>
        <span class={styles.meta}>{props.meta.join(' · ')}</span>
      </span>
      <IconButton
        small
        variant="quiet"
        icon={TrashIcon}
        label={t('media.remove_named', { name: props.name })}
        onClick={() => props.onRemove()}
      />
    </div>
  )
}

function Choose(props: {
  label: string
  hint: string
  use: UploadUse
  multiple?: boolean
  disabled?: boolean
  onChoose: (files: readonly File[], use: UploadUse) => void
}): JSX.Element {
  let input!: HTMLInputElement
  return (
    <div class={styles.choose}>
      <Button small disabled={props.disabled ?? false} onClick={() => input.click()}>
        <UploadIcon />
        {props.label}
      </Button>
      {/* The browser's own control speaks the browser's language; the button opens the same dialog. */}
      <input
        ref={input}
        type="file"
        hidden
        data-use={props.use}
        accept={accepts[props.use]}
        multiple={props.multiple ?? false}
        onChange={(event) => {
          props.onChoose([...(event.currentTarget.files ?? [])], props.use)
          // The same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      <Muted>{props.hint}</Muted>
    </div>
  )
}

function asInput({ media, captions, files }: AttachmentsRow): List {
  return {
    media: media && { hash: media.hash, name: media.name, kind: media.kind, seconds: media.seconds },
    captions: captions.map(({ hash, lang }) => ({ hash, lang })),
    files: files.map(({ hash, name }) => ({ hash, name })),
  }
}
