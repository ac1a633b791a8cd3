/** Attachments of a lesson or an article: what each is, read here if it is a text, and taken away by a click. */
import { createMemo, createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { saveBlob } from '#client/parts/save-blob.ts'
import { CodeIcon, DownloadIcon, FileIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, IconButton, Markdown, Muted, Skeleton } from '#client/ui/index.ts'
import type { Attached } from '#shared/features/media.ts'
import { isTextType, longestText } from '#shared/features/media-types.ts'
import { KeepRow } from './keep-row.tsx'
import { codeLanguage, kindWord, sizeName } from './labels.ts'
import styles from './media.module.css'

export function FilesPanel(props: { subject: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = core.feed.row('attachments', () => props.subject)
  const files = createMemo(() => row()?.data.files ?? [])
  const [open, setOpen] = createSignal<Attached>()
  return (
    <Show when={files().length > 0}>
      <section class={styles.files} aria-label={t('media.files')}>
        <h2>{t('media.files')}</h2>
        <ul>
          <For each={files()}>{(file) => <FileRow file={file} onOpen={() => setOpen(file)} />}</For>
        </ul>
        <Show when={row()?.data.media === null}>
          <KeepRow subject={props.subject} row={row()!.data} />
        </Show>
      </section>
      <Dialog
        wide
        open={open() !== undefined}
        onClose={() => setOpen(undefined)}
        title={<span class={styles.fileName}>{open()?.name}</span>}
        closeLabel={t('media.close')}
        actions={
          <Show when={open()}>
            {(file) => (
              <Button onClick={() => void saveFile(core, file())}>
                <DownloadIcon />
                {t('media.download')}
              </Button>
            )}
          </Show>
        }
      >
        <Show when={open()} keyed>
          {(file) => <TextFile file={file} />}
        </Show>
      </Dialog>
    </Show>
  )
}

function FileRow(props: { file: Attached; onOpen: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [failed, setFailed] = createSignal(false)
  const isText = (): boolean => isTextType(props.file.type) && props.file.size <= longestText
  const download = async (): Promise<void> => {
    setFailed(!(await saveFile(core, props.file)))
  }
  return (
    <li class={styles.file}>
      <span class={styles.fileIcon}>{codeLanguage(props.file.name) ? <CodeIcon /> : <FileIcon />}</span>
      <span class={styles.fileText}>
        <Show when={isText()} fallback={<span class={styles.fileName}>{props.file.name}</span>}>
          <button type="button" class={styles.open} onClick={() => props.onOpen()}>
            {props.file.name}
          </button>
        </Show>
        <span class={styles.meta}>
          {t(kindWord(props.file.name, props.file.type))} · {sizeName(props.file.size)}
        </span>
        <span aria-live="polite">
          <Show when={failed()}>
            <Muted>{t('media.needs_network')}</Muted>
          </Show>
        </span>
      </span>
      <IconButton
        small
        variant="quiet"
        icon={DownloadIcon}
        label={t('media.download_named', { name: props.file.name })}
        onClick={() => void download()}
      />
    </li>
  )
}

/** Drawn as a block of code is: coloured, with its button to copy it; never as what it would be elsewhere. */
function TextFile(props: { file: Attached }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [text] = createResource(
    () => props.file.hash,
    async (hash) => (await core.files.get(hash))?.text(),
  )
  return (
    <Show when={!text.loading} fallback={<Skeleton label={t('media.opening')} lines={8} />}>
      <Show when={text() !== undefined} fallback={<p>{t('media.needs_network')}</p>}>
        <div class={styles.code}>
          <Markdown text={fenced(text()!, codeLanguage(props.file.name))} labels={markdownLabels(t)} />
        </div>
      </Show>
    </Show>
  )
}

function fenced(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}\n`
}

/** From this device if it has it; large ones by the browser, which shows how far it is. */
async function saveFile(core: ReturnType<typeof useCore>, file: Attached): Promise<boolean> {
  const kept = await core.downloads.blob(file.hash)
  const small = kept ?? (file.size <= 8_000_000 ? await core.files.get(file.hash) : undefined)
  if (small) {
    // As bytes and nothing else: its own type would let a browser open it here.
    saveBlob(new Blob([small], { type: 'application/octet-stream' }), file.name)
    return true
  }
  if (!core.connection().online || file.size <= 8_000_000) return false
  const link = document.createElement('a')
  link.href = core.files.url(file.hash)
  link.download = file.name
  link.click()
  return true
}
