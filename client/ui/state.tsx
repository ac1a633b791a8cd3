/**
 * How work stands, quietly: a word with a sign beside each act, one pill for the whole app, and banners
 * for what changes how the app can be used. Sign and word always go together; colour only adds to them.
 */
import { type Component, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { classes } from './classes.ts'
import {
  AlertIcon,
  CheckCircleIcon,
  CheckIcon,
  DeviceIcon,
  HeldIcon,
  InfoIcon,
  OfflineIcon,
  RefusedIcon,
  SentIcon,
  SyncIcon,
  UploadIcon,
} from './icons.tsx'
import styles from './state.module.css'

export type WorkState = 'storing' | 'device' | 'sent' | 'saved' | 'held' | 'refused'

const WORD_ICONS: Record<WorkState, Component> = {
  storing: DeviceIcon,
  device: DeviceIcon,
  sent: SentIcon,
  saved: CheckIcon,
  held: HeldIcon,
  refused: RefusedIcon,
}

/** The state of one act; `title` may say more on hover. Carries data-state for tests and styles. */
export function StateWord(props: { state: WorkState; word: string; title?: string }): JSX.Element {
  return (
    <span
      class={classes(
        styles.word,
        (props.state === 'held' || props.state === 'refused') && styles[props.state],
      )}
      data-state={props.state}
      title={props.title}
    >
      <Dynamic component={WORD_ICONS[props.state]} />
      {props.word}
    </span>
  )
}

export type SyncState = 'ok' | 'syncing' | 'waiting' | 'offline' | 'problem'

const PILL_ICONS: Record<SyncState, Component> = {
  ok: CheckCircleIcon,
  syncing: SyncIcon,
  waiting: UploadIcon,
  offline: OfflineIcon,
  problem: AlertIcon,
}

export interface StatusPillProps {
  state: SyncState
  /** What it says, number included: "Offline · 3 waiting". */
  word: string
  /** With it the pill is a button that opens the list of what waits. */
  onOpen?: () => void
}

/** The one place that tells how the app and its server stand; changes are read out politely. */
export function StatusPill(props: StatusPillProps): JSX.Element {
  const content = (): JSX.Element => (
    <>
      <Dynamic component={PILL_ICONS[props.state]} />
      <span aria-live="polite">{props.word}</span>
    </>
  )
  const look = (): string => classes(styles.pill, props.state !== 'ok' && styles[props.state])
  return (
    <Show
      when={props.onOpen}
      fallback={
        <span class={look()} data-sync={props.state}>
          {content()}
        </span>
      }
    >
      {(open) => (
        <button type="button" class={look()} data-sync={props.state} onClick={() => open()()}>
          {content()}
        </button>
      )}
    </Show>
  )
}

export interface BannerProps {
  tone?: 'accent' | 'info' | 'warn' | 'danger'
  icon?: Component
  /** Buttons. */
  actions?: JSX.Element
  /** Boxed, for use inside a page. */
  inline?: boolean
  children: JSX.Element
}

/** A line across the page: an update is ready, this is read-only, this could not be sent. */
export function Banner(props: BannerProps): JSX.Element {
  return (
    <div
      class={classes(
        styles.banner,
        props.inline && styles.inline,
        props.tone && props.tone !== 'accent' && styles[props.tone],
      )}
      role={props.tone === 'danger' ? 'alert' : 'status'}
    >
      <Dynamic component={props.icon ?? InfoIcon} />
      <div class={styles.bannerText}>{props.children}</div>
      {props.actions}
    </div>
  )
}
