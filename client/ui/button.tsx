/** Buttons, and links that look like them. A busy button keeps its width, its focus and its name. */
import { type Component, type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import styles from './button.module.css'
import { classes } from './classes.ts'

export type ButtonVariant = 'primary' | 'secondary' | 'soft' | 'quiet' | 'danger'

interface Look {
  /** `secondary` unless told; one `primary` a screen. */
  variant?: ButtonVariant
  small?: boolean
  /** As wide as its container. */
  wide?: boolean
}

export interface ButtonProps extends Look, JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  /** Shows a spinner, sets aria-busy, and swallows clicks while staying focusable. */
  busy?: boolean
}

export interface LinkButtonProps extends Look, JSX.AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string
}

export interface IconButtonProps extends Omit<ButtonProps, 'wide' | 'children' | 'icon'> {
  /** The accessible name, and the hover title. */
  label: string
  icon: Component
  /** Makes it a toggle: aria-pressed is set. */
  pressed?: boolean
}

const look = (props: Look & { class?: string }, fallback: ButtonVariant): string =>
  classes(
    styles.button,
    styles[props.variant ?? fallback],
    props.small && styles.small,
    props.small && 'is-small',
    props.wide && styles.wide,
    props.class,
  )

const OWN = ['variant', 'small', 'wide', 'class', 'busy', 'children', 'onClick', 'disabled', 'type'] as const

/** Runs either form of Solid's event handlers (function, or [function, data]). */
function call<E extends Event, T extends Element>(
  handler: JSX.EventHandlerUnion<T, E> | undefined,
  event: E & { currentTarget: T; target: Element },
): void {
  if (typeof handler === 'function') handler(event)
  else if (handler) handler[0](handler[1], event)
}

/** `type` is `button` unless told: a form names its submit button. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, OWN)
  return (
    <button
      {...rest}
      type={own.type ?? 'button'}
      class={look(own, 'secondary')}
      disabled={own.disabled}
      aria-busy={own.busy ? 'true' : undefined}
      aria-disabled={own.busy ? 'true' : undefined}
      onClick={(event) => {
        if (own.busy) event.preventDefault()
        else call(own.onClick, event)
      }}
    >
      <Show when={own.busy}>
        <span class={styles.spinner} aria-hidden="true" />
      </Show>
      {own.children}
    </button>
  )
}

/** A link that looks like a button; the router takes over its click like any other link's. */
export function LinkButton(props: LinkButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ['variant', 'small', 'wide', 'class'])
  return <a {...rest} class={look(own, 'secondary')} />
}

/** A square button with an icon alone; `quiet` unless told. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ['label', 'icon', 'pressed', 'class'])
  return (
    <Button
      variant="quiet"
      {...rest}
      class={classes(styles.icon, own.class)}
      aria-label={own.label}
      title={rest.title ?? own.label}
      aria-pressed={own.pressed === undefined ? undefined : own.pressed}
    >
      <Dynamic component={own.icon} />
    </Button>
  )
}

export interface IconLinkProps {
  href: string
  /** The accessible name, and the hover title; says the count too. */
  label: string
  icon: Component
  /** Shown beside the icon unless it is 0; past 99 as `99+`. */
  count?: number
  current?: boolean
}

/** A link that is an icon alone, with what waits behind it as a small figure. */
export function IconLink(props: IconLinkProps): JSX.Element {
  return (
    <a
      href={props.href}
      class={classes(look({}, 'quiet'), styles.icon, styles.iconLink)}
      aria-label={props.label}
      title={props.label}
      aria-current={props.current ? 'page' : undefined}
    >
      <Dynamic component={props.icon} />
      <Show when={props.count}>
        {(count) => (
          <span class={styles.count} aria-hidden="true">
            {count() > 99 ? '99+' : count()}
          </span>
        )}
      </Show>
    </a>
  )
}
