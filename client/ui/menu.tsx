/**
 * A menu of actions on the popover API, which brings the top layer, light dismissal and Escape. What is
 * added here is the menu pattern's keyboard: arrows, Home, End, first letters, Tab closes.
 */
import { type Component, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Button, type ButtonVariant, IconButton } from './button.tsx'
import { classes } from './classes.ts'
import { CheckIcon, ChevronDownIcon } from './icons.tsx'
import styles from './menu.module.css'

export interface MenuItem {
  label: string
  icon?: Component
  /** A link instead of an action. */
  href?: string
  onSelect?: () => void
  danger?: boolean
  disabled?: boolean
  /** Makes the item one of a choice; the chosen one shows a check. */
  checked?: boolean
}

export interface MenuProps {
  /** Name of the trigger: its text, or its accessible name when `icon` is given. */
  label: string
  icon?: Component
  /** Stands before the trigger's text. */
  lead?: Component
  variant?: ButtonVariant
  small?: boolean
  items: readonly MenuItem[]
}

/** A button that opens a list of actions. */
export function Menu(props: MenuProps): JSX.Element {
  let popover!: HTMLDivElement
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const trigger = (): HTMLElement | null => document.querySelector(`[data-menu="${id}"]`)
  const items = (): HTMLElement[] => [
    ...popover.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)'),
  ]

  const place = (): void => {
    const anchor = trigger()?.getBoundingClientRect()
    if (!anchor) return
    const size = popover.getBoundingClientRect()
    const below = window.innerHeight - anchor.bottom >= size.height + 12 || anchor.top < size.height + 12
    const top = below ? anchor.bottom + 4 : anchor.top - size.height - 4
    const start = anchor.left + size.width + 8 <= window.innerWidth ? anchor.left : anchor.right - size.width
    popover.style.top = `${Math.max(8, top)}px`
    popover.style.left = `${Math.max(8, start)}px`
  }
  const close = (giveBack: boolean): void => {
    popover.hidePopover()
    if (giveBack) trigger()?.focus()
  }
  const move = (event: KeyboardEvent): void => {
    const all = items()
    const here = all.indexOf(event.target as HTMLElement)
    const to = (index: number): void => {
      event.preventDefault()
      all[(index + all.length) % all.length]?.focus()
    }
    if (event.key === 'ArrowDown') to(here + 1)
    else if (event.key === 'ArrowUp') to(here - 1)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(all.length - 1)
    else if (event.key === 'Tab') close(false)
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') {
      const wanted = event.key.toLocaleLowerCase()
      const after = [...all.slice(here + 1), ...all.slice(0, here + 1)]
      after.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(wanted))?.focus()
    }
  }
  const wiring = {
    'data-menu': id,
    popovertarget: id,
    'aria-haspopup': 'menu' as const,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown' || open()) return
      event.preventDefault()
      popover.showPopover()
    },
  }
  return (
    <>
      <Show
        when={props.icon}
        fallback={
          <Button variant={props.variant} small={props.small} aria-expanded={open()} {...wiring}>
            <Show when={props.lead}>{(lead) => <Dynamic component={lead()} />}</Show>
            {props.label}
            <ChevronDownIcon />
          </Button>
        }
      >
        {(icon) => (
          <IconButton
            icon={icon()}
            label={props.label}
            variant={props.variant ?? 'quiet'}
            small={props.small}
            aria-expanded={open()}
            {...wiring}
          />
        )}
      </Show>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        aria-label={props.label}
        class={styles.menu}
        onKeyDown={move}
        onToggle={(event) => {
          const opened = event.newState === 'open'
          setOpen(opened)
          if (!opened) return
          place()
          items()[0]?.focus()
        }}
      >
        <For each={props.items}>{(item) => <Item item={item} onDone={() => close(!item.href)} />}</For>
      </div>
    </>
  )
}

function roleOf(item: MenuItem): JSX.AriaAttributes & { role: 'menuitem' | 'menuitemradio' } {
  return item.checked === undefined
    ? { role: 'menuitem' }
    : { role: 'menuitemradio', 'aria-checked': item.checked }
}

function Item(props: { item: MenuItem; onDone: () => void }): JSX.Element {
  const content = (): JSX.Element => (
    <>
      <Show when={props.item.icon}>{(icon) => <Dynamic component={icon()} />}</Show>
      <span>{props.item.label}</span>
      <Show when={props.item.checked}>
        <span class={styles.check}>
          <CheckIcon />
        </span>
      </Show>
    </>
  )
  const look = (): string => classes(styles.item, props.item.danger && styles.danger)
  return (
    <Show
      when={props.item.href}
      fallback={
        <button
          type="button"
          {...roleOf(props.item)}
          tabindex="-1"
          class={look()}
          disabled={props.item.disabled}
          onClick={() => {
            props.onDone()
            props.item.onSelect?.()
          }}
        >
          {content()}
        </button>
      }
    >
      <a role="menuitem" tabindex="-1" class={look()} href={props.item.href} onClick={() => props.onDone()}>
        {content()}
      </a>
    </Show>
  )
}
