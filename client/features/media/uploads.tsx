/** Files on their way to the server, how far each is, and what became of those that did not get there. */
import { createSignal, Index, type JSX, onCleanup, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { RefusedIcon } from '#client/ui/icons.tsx'
import { Banner, Button } from '#client/ui/index.ts'
import type { Refusal } from '#shared/core/result.ts'
import type { UploadUse } from '#shared/features/media.ts'
import { sizeName } from './labels.ts'
import styles from './media.module.css'
import { type Progress, type Uploaded, upload } from './upload.ts'

interface Sending {
  id: number
  file: File
  use: UploadUse
  progress: Progress
  refusal?: Refusal
  stop(): void
}

export interface Uploads {
  all(use: UploadUse): Sending[]
  runs(use: UploadUse): boolean
  /** @param then with what the server has */
  add(file: File, use: UploadUse, then: (uploaded: Uploaded) => Promise<void>): Promise<void>
  forget(id: number): void
}

/** They end with the page: what was sent of them stays for the next time. */
export function createUploads(): Uploads {
  const core = useCore()
  const [sending, setSending] = createSignal<Sending[]>([])
  let ids = 0
  /** One at a time: two would share the line, and both be late. */
  let last: Promise<unknown> = Promise.resolve()
  const change = (id: number, part: Partial<Sending>): void => {
    setSending((all) => all.map((each) => (each.id === id ? { ...each, ...part } : each)))
  }
  const forget = (id: number): void => {
    setSending((all) => all.filter((each) => each.id !== id))
  }
  onCleanup(() => {
    for (const each of sending()) each.stop()
  })
  return {
    all: (use) => sending().filter((each) => each.use === use),
    runs: (use) => sending().some((each) => each.use === use && !each.refusal),
    forget,
    async add(file, use, then) {
      const id = ++ids
      const abort = new AbortController()
      const begun: Sending = {
        id,
        file,
        use,
        progress: { sent: 0, state: 'sending' },
        stop: () => abort.abort(),
      }
      setSending((all) => [...all, begun])
      const done = last.then(async () => {
        const end = await upload(file, {
          use,
          memberId: core.session.viewer().id ?? '',
          signal: abort.signal,
          onProgress: (progress) => change(id, { progress }),
        })
        if (end.is === 'refused') return change(id, { refusal: end.refusal })
        if (end.is === 'whole') await then(end.file)
        forget(id)
      })
      last = done.catch(() => {})
      await done
    },
  }
}

export function UploadRows(props: { uploads: Uploads; use: UploadUse }): JSX.Element {
  const { t, refusal } = useI18n()
  const word = ({ progress, file }: Sending): string => {
    if (progress.state === 'waiting') return t('media.waiting')
    if (progress.state === 'ending') return t('media.ending')
    return t('media.sent_of', { sent: sizeName(progress.sent), size: sizeName(file.size) })
  }
  return (
    <Index each={props.uploads.all(props.use)}>
      {(each) => (
        <Show
          when={each().refusal}
          fallback={
            <div class={styles.upload}>
              <span class={styles.fileName}>{each().file.name}</span>
              <progress
                class={styles.progress}
                max={Math.max(1, each().file.size)}
                value={each().progress.sent}
                aria-label={t('media.uploading', { name: each().file.name })}
              />
              <span class={styles.meta} role="status">
                {word(each())}
              </span>
              <Button
                small
                variant="quiet"
                onClick={() => {
                  each().stop()
                  props.uploads.forget(each().id)
                }}
              >
                {t('media.stop')}
              </Button>
            </div>
          }
        >
          {(why) => (
            <Banner
              inline
              tone="danger"
              icon={RefusedIcon}
              actions={
                <Button small variant="quiet" onClick={() => props.uploads.forget(each().id)}>
                  {t('media.close')}
                </Button>
              }
            >
              <strong>{each().file.name}</strong> {refusal(why())}
            </Banner>
          )}
        </Show>
      )}
    </Index>
  )
}
