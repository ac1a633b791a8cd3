/**
 * A film or recording with its captions: the browser's own player, with the speed, the place where one stopped, and what
 * is said to read along. The place stays on this device.
 */
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  For,
  type JSX,
  onCleanup,
  Show,
  untrack,
} from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { isWriting } from '#client/core/shortcuts.ts'
import { Select } from '#client/ui/index.ts'
import type { AttachmentsRow } from '#shared/features/media.ts'
import { KeepRow } from './keep-row.tsx'
import { languageName } from './labels.ts'
import styles from './media.module.css'
import { usePlace } from './place.ts'
import { Transcript } from './transcript.tsx'

const speeds = [0.75, 1, 1.25, 1.5, 1.75, 2]
const speedKey = 'media.speed'

export interface PlayerProps {
  /** `lesson:<id>` or `article:<id>` */
  subject: string
  title: string
  /** What can be done when it has been heard to the end. */
  atEnd?: JSX.Element
}

export function PlayerPanel(props: PlayerProps): JSX.Element {
  const core = useCore()
  const row = core.feed.row('attachments', () => props.subject)
  const hash = createMemo(() => row()?.data.media?.hash)
  return (
    <Show when={hash()} keyed>
      {(_) => (
        <Show when={row()?.data}>
          {(data) => <Player row={data()} subject={props.subject} title={props.title} atEnd={props.atEnd} />}
        </Show>
      )}
    </Show>
  )
}

function Player(props: PlayerProps & { row: AttachmentsRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  // The component is keyed by the file.
  // eslint-disable-next-line solid/reactivity
  const media = props.row.media!
  const [element, setElement] = createSignal<HTMLMediaElement>()
  const [failed, setFailed] = createSignal(false)
  const [ended, setEnded] = createSignal(false)
  const [time, setTime] = createSignal(0)
  const source = useFile(media.hash)
  const place = usePlace(media.hash, element)
  const speed = core.local.live<number>(speedKey)
  createEffect(() => {
    const player = element()
    if (player) player.playbackRate = speed() ?? 1
  })
  const [tracks] = createResource(
    () => props.row.captions.map(({ hash, lang }) => ({ hash, lang })),
    async (captions) =>
      Promise.all(
        captions.map(async ({ hash, lang }) => {
          const blob = await core.files.get(hash)
          const text = (await blob?.text()) ?? ''
          return { lang, text, url: text && URL.createObjectURL(new Blob([text], { type: 'text/vtt' })) }
        }),
      ),
  )
  createEffect(() => {
    const urls = tracks.latest?.map(({ url }) => url) ?? []
    onCleanup(() => {
      for (const url of urls) if (url) URL.revokeObjectURL(url)
    })
  })
  const seek = (seconds: number): void => {
    const player = element()
    if (!player) return
    player.currentTime = Math.max(0, Math.min(seconds, player.duration || seconds))
  }
  const again = (): void => {
    setFailed(false)
    element()?.load()
  }
  // What the network kept from playing plays once it is back.
  createEffect(() => {
    if (core.connection().online && untrack(failed)) again()
  })
  const setSpeed = (value: number): void => void core.local.set(speedKey, value)
  const step = (by: number): void => {
    const at = speeds.indexOf(speed() ?? 1)
    setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, at + by))]!)
  }
  const keys: Record<string, () => void> = {
    k: () => void (element()?.paused ? element()!.play() : element()?.pause()),
    j: () => seek((element()?.currentTime ?? 0) - 10),
    l: () => seek((element()?.currentTime ?? 0) + 10),
    '<': () => step(-1),
    '>': () => step(1),
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined
    if (!act || isWriting(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
    act()
    event.preventDefault()
    event.stopPropagation()
  }
  const handlers = {
    ref: setElement,
    controls: true,
    preload: 'metadata',
    // eslint-disable-next-line solid/reactivity
    'aria-label': props.title,
    onTimeUpdate: () => setTime(element()?.currentTime ?? 0),
    onEnded: () => setEnded(true),
    onPlay: () => setEnded(false),
    onError: () => setFailed(true),
  } as const
  const children = (): JSX.Element => (
    <For each={tracks()}>
      {(track, at) => (
        <Show when={track.url}>
          <track
            kind="captions"
            srclang={track.lang}
            label={languageName(track.lang)}
            src={track.url}
            default={at() === 0}
          />
        </Show>
      )}
    </For>
  )
  return (
    <figure class={styles.player} data-media={media.kind} onKeyDown={onKeyDown}>
      <Show when={source()} fallback={<div class={styles.loading} data-kind={media.kind} />}>
        {(src) => (
          <Show
            when={media.kind === 'video'}
            fallback={
              <audio {...handlers} class={styles.audio} src={src()}>
                {children()}
              </audio>
            }
          >
            <video {...handlers} class={styles.video} src={src()} playsinline>
              {children()}
            </video>
          </Show>
        )}
      </Show>
      <div aria-live="polite">
        <Show when={failed()}>
          <p class={styles.said}>
            {t(core.connection().online ? 'media.unplayable' : 'media.needs_network')}{' '}
            <button type="button" class={styles.link} onClick={() => again()}>
              {t('media.again')}
            </button>
          </p>
        </Show>
        <Show when={place.resumed()}>
          <p class={styles.said}>
            {t('media.resumed', { time: clock(place.resumed()!) })}{' '}
            <button type="button" class={styles.link} onClick={() => place.restart()}>
              {t('media.to_start')}
            </button>
          </p>
        </Show>
      </div>
      <div class={styles.tools}>
        <Select
          label={t('media.speed')}
          hideLabel
          options={speeds.map((each) => ({ value: String(each), label: t('media.times', { n: each }) }))}
          value={String(speed() ?? 1)}
          onChange={(value) => setSpeed(Number(value))}
        />
        <KeepRow subject={props.subject} row={props.row} />
      </div>
      <Show when={ended()}>{props.atEnd}</Show>
      <Transcript tracks={tracks() ?? []} time={time()} onSeek={seek} />
    </figure>
  )
}

/** The copy on this device, else where the server has it; it does not change while it plays. */
export function useFile(hash: string): () => string | undefined {
  const core = useCore()
  const [url, setUrl] = createSignal<string>()
  let made: string | undefined
  let over = false
  void core.downloads.blob(hash).then((blob) => {
    if (over) return
    made = blob && URL.createObjectURL(blob)
    setUrl(made ?? core.files.url(hash))
  })
  onCleanup(() => {
    over = true
    if (made) URL.revokeObjectURL(made)
  })
  return url
}

/** 1:02:03 */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
