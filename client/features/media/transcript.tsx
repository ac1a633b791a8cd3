/** What is said, to read: folded away until somebody wants it; each line leads to where it is said. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Select } from '#client/ui/index.ts'
import { cueAt, cuesIn } from '#shared/features/media-captions.ts'
import { languageName } from './labels.ts'
import styles from './media.module.css'
import { clock } from './player.tsx'

export function Transcript(props: {
  tracks: readonly { lang: string; text: string }[]
  time: number
  onSeek: (seconds: number) => void
}): JSX.Element {
  const { t, lang } = useI18n()
  const [chosen, setChosen] = createSignal<string>()
  const readable = createMemo(() =>
    props.tracks
      .map((track) => ({ lang: track.lang, cues: cuesIn(track.text) }))
      .filter(({ cues }) => cues.length),
  )
  const track = createMemo(() => {
    const wanted = chosen() ?? lang()
    return readable().find((each) => each.lang.startsWith(wanted)) ?? readable()[0]
  })
  const now = createMemo(() => cueAt(track()?.cues ?? [], props.time))
  return (
    <Show when={track()}>
      {(shown) => (
        <details class={styles.transcript}>
          <summary>{t('media.transcript')}</summary>
          <Show when={readable().length > 1}>
            <Select
              label={t('media.language')}
              options={readable().map((each) => ({ value: each.lang, label: languageName(each.lang) }))}
              value={shown().lang}
              onChange={setChosen}
            />
          </Show>
          <ol lang={shown().lang}>
            <For each={shown().cues}>
              {(cue, at) => (
                <li aria-current={at() === now() ? 'true' : undefined}>
                  <button type="button" onClick={() => props.onSeek(cue.from)}>
                    <span class={styles.time}>{clock(cue.from)}</span>
                    <span>{cue.text}</span>
                  </button>
                </li>
              )}
            </For>
          </ol>
        </details>
      )}
    </Show>
  )
}
