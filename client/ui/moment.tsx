/** A point in time as people say it, kept fresh by one clock for the whole page. */
import { createSignal, type JSX, onCleanup } from 'solid-js'
import { formatDay, formatMoment, formatRelative } from './time.ts'

const [now, setNow] = createSignal(Date.now())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

function watch(): void {
  if (watchers++ === 0) {
    setNow(Date.now())
    timer = setInterval(() => setNow(Date.now()), 30_000)
  }
  onCleanup(() => {
    if (--watchers === 0) clearInterval(timer)
  })
}

export interface TimeProps {
  /** Epoch milliseconds. */
  at: number
  /** BCP 47: `zh-CN`, `en`. */
  locale: string
  /** IANA zone of the absolute form; the device's unless told. */
  zone?: string
  /** `relative` unless told; `day` shows the date. */
  show?: 'relative' | 'day'
}

/** A time element: relative or a day, with the full moment as its title. */
export function Time(props: TimeProps): JSX.Element {
  watch()
  return (
    <time
      datetime={new Date(props.at).toISOString()}
      title={formatMoment(props.at, props.locale, props.zone)}
    >
      {props.show === 'day'
        ? formatDay(props.at, props.locale, now(), props.zone)
        : formatRelative(props.at, props.locale, now())}
    </time>
  )
}
