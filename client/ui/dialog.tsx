/** Dialogs on the native element: it traps focus, closes on Escape and on Back, and gives focus back by itself. */
import { createEffect, createSignal, createUniqueId, type JSX, onCleanup, Show } from 'solid-js'
import { Button, IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './dialog.module.css'
import { CloseIcon } from './icons.tsx'
import { lieOver } from './over.ts'

export interface DialogProps {
  open: boolean
  /** Asked by Escape, the close button and a click beside the dialog. */
  onClose: () => void
  title: JSX.Element
  closeLabel: string
  /** Buttons, the main one last. */
  actions?: JSX.Element
  wide?: boolean
  children?: JSX.Element
}

/** A modal dialog; on a phone it rises from the bottom edge. Its children exist only while it is open. */
export function Dialog(props: DialogProps): JSX.Element {
  let element!: HTMLDialogElement
  const id = createUniqueId()
  createEffect(() => {
    if (props.open && !element.open) element.showModal()
    else if (!props.open && element.open) element.close()
  })
  const askToClose = (): void => props.onClose()
  createEffect(() => {
    if (props.open) onCleanup(lieOver(askToClose))
  })
  // Taken out of the page while it is open, it would take the focus along instead of giving it back.
  let isGone = false
  onCleanup(() => {
    isGone = true
    element.close()
  })
  return (
    <dialog
      ref={(made) => {
        element = made
        // The backdrop belongs to the dialog, so a click beside it has the dialog itself as its target.
        made.addEventListener('click', (event) => {
          if (event.target === made) props.onClose()
        })
      }}
      class={classes(styles.dialog, props.wide && styles.wide)}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== element) return
        event.preventDefault()
        props.onClose()
      }}
      onClose={(event) => {
        if (!isGone && event.target === element && props.open) props.onClose()
      }}
    >
      <Show when={props.open}>
        <div class={styles.head}>
          <h2 id={id} tabindex="-1" autofocus>
            {props.title}
          </h2>
          <IconButton small icon={CloseIcon} label={props.closeLabel} onClick={() => props.onClose()} />
        </div>
        <div class={styles.body}>{props.children}</div>
        <div class={styles.foot}>{props.actions}</div>
      </Show>
    </dialog>
  )
}

export interface Question {
  title: string
  text?: JSX.Element
  confirm: string
  cancel: string
  /** Paints the confirming button as one that destroys. */
  danger?: boolean
}

export interface Confirm {
  /** Resolves true when confirmed, false when cancelled or replaced by another question. */
  ask: (question: Question) => Promise<boolean>
  /** Put once into the page. */
  View: () => JSX.Element
}

/** Asks yes-or-no questions one at a time: `if (await confirm.ask({...})) …`. */
export function createConfirm(): Confirm {
  const [asked, setAsked] = createSignal<{ question: Question; answer: (yes: boolean) => void }>()
  const settle = (yes: boolean): void => {
    asked()?.answer(yes)
    setAsked(undefined)
  }
  return {
    ask: (question) => {
      settle(false)
      return new Promise((answer) => setAsked({ question, answer }))
    },
    View: () => (
      <Dialog
        open={asked() !== undefined}
        onClose={() => settle(false)}
        title={asked()?.question.title}
        closeLabel={asked()?.question.cancel ?? ''}
        actions={
          <>
            <Button onClick={() => settle(false)}>{asked()?.question.cancel}</Button>
            <Button variant={asked()?.question.danger ? 'danger' : 'primary'} onClick={() => settle(true)}>
              {asked()?.question.confirm}
            </Button>
          </>
        }
      >
        {asked()?.question.text}
      </Dialog>
    ),
  }
}
