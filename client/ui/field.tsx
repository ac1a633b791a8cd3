/**
 * Form controls on the native elements. Each one is wrapped by a Field that ties label, hint and error
 * to the control (for, aria-describedby, aria-invalid), so that a page only passes words.
 */
import { type Component, createUniqueId, For, type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { ChevronDownIcon, RefusedIcon } from './icons.tsx'

export interface FieldText {
  label: string
  hint?: JSX.Element
  /** Why the value cannot be taken; also marks the control invalid. */
  error?: string
  /** The word for "optional", shown beside the label when given. */
  optional?: string
  /** Keeps the label for assistive technology but does not show it. */
  hideLabel?: boolean
  /** One value among many in a list or table: its box is faint until it is pointed at. */
  quiet?: boolean
}

interface Wiring {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': 'true' | undefined
}

export interface FieldProps extends FieldText {
  id?: string
  /** Makes the control; spread the wiring on it. */
  children: (wiring: Wiring) => JSX.Element
}

const TEXT = ['label', 'hint', 'error', 'optional', 'hideLabel', 'quiet', 'id', 'class'] as const

/** A label, its control, a hint and an error, bound together. */
export function Field(props: FieldProps): JSX.Element {
  const made = createUniqueId()
  const id = (): string => props.id ?? made
  const wiring: Wiring = {
    get id() {
      return id()
    },
    get 'aria-describedby'() {
      const ids = [props.hint && `${id()}-hint`, props.error && `${id()}-error`].filter(Boolean)
      return ids.length ? ids.join(' ') : undefined
    },
    get 'aria-invalid'() {
      return props.error ? ('true' as const) : undefined
    },
  }
  return (
    <div class={styles.field}>
      <label class={props.hideLabel ? 'visually-hidden' : styles.label} for={id()}>
        {props.label}
        <Show when={props.optional}>
          {' '}
          <span class={styles.optional}>{props.optional}</span>
        </Show>
      </label>
      {props.children(wiring)}
      <Show when={props.hint}>
        <div class={styles.hint} id={`${id()}-hint`}>
          {props.hint}
        </div>
      </Show>
      <ErrorText id={`${id()}-error`} text={props.error} />
    </div>
  )
}

/** Always in the page, so that a live region announces an error that appears later. */
function ErrorText(props: { id: string; text: string | undefined }): JSX.Element {
  return (
    <div class={styles.errorPlace} aria-live="polite">
      <Show when={props.text}>
        <div class={styles.error} id={props.id}>
          <RefusedIcon />
          <span>{props.text}</span>
        </div>
      </Show>
    </div>
  )
}

export type TextInputProps = FieldText &
  JSX.InputHTMLAttributes<HTMLInputElement> & {
    /** A mark inside the start of the box. */
    icon?: Component
  }

/** One line of text; `type` as in HTML. */
export function TextInput(props: TextInputProps): JSX.Element {
  const [text, own, rest] = splitProps(props, TEXT, ['icon'])
  return (
    <Field {...text}>
      {(wiring) => (
        <Show
          when={own.icon}
          fallback={
            <input
              {...rest}
              {...wiring}
              class={classes(styles.control, text.quiet && styles.quiet, text.class)}
            />
          }
        >
          {(icon) => (
            <span class={styles.affix}>
              <Dynamic component={icon()} />
              <input
                {...rest}
                {...wiring}
                class={classes(styles.control, text.quiet && styles.quiet, text.class)}
              />
            </span>
          )}
        </Show>
      )}
    </Field>
  )
}

export type TextAreaProps = FieldText & JSX.TextareaHTMLAttributes<HTMLTextAreaElement>

/** Several lines; grows with its text where the browser can. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const [text, rest] = splitProps(props, TEXT)
  return (
    <Field {...text}>
      {(wiring) => (
        <textarea
          {...rest}
          {...wiring}
          class={classes(styles.control, text.quiet && styles.quiet, text.class)}
        />
      )}
    </Field>
  )
}

export interface Option {
  value: string
  label: string
  hint?: string
  disabled?: boolean
}

export type SelectProps = FieldText &
  Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> & {
    options: readonly Option[]
    value: string
    onChange: (value: string) => void
  }

/** The native select, so that phones show their own list. */
export function Select(props: SelectProps): JSX.Element {
  const [text, own, rest] = splitProps(props, TEXT, ['options', 'value', 'onChange'])
  return (
    <Field {...text}>
      {(wiring) => (
        <span class={styles.selectBox}>
          <select
            {...rest}
            {...wiring}
            class={classes(styles.control, styles.select, text.quiet && styles.quiet, text.class)}
            onChange={(event) => own.onChange(event.currentTarget.value)}
          >
            <For each={own.options}>
              {(option) => (
                <option value={option.value} disabled={option.disabled} selected={option.value === own.value}>
                  {option.label}
                </option>
              )}
            </For>
          </select>
          <ChevronDownIcon />
        </span>
      )}
    </Field>
  )
}

export interface CheckboxProps {
  label: JSX.Element
  hint?: JSX.Element
  error?: string
  checked: boolean
  onChange: (checked: boolean) => void
  name?: string
  disabled?: boolean
  required?: boolean
}

/** A box with its label to the right; the whole row is the target. */
export function Checkbox(props: CheckboxProps): JSX.Element {
  const id = createUniqueId()
  return (
    <div class={styles.field}>
      <label class={styles.choice}>
        <input
          type="checkbox"
          name={props.name}
          checked={props.checked}
          disabled={props.disabled}
          required={props.required}
          aria-invalid={props.error ? 'true' : undefined}
          aria-describedby={props.error ? `${id}-error` : undefined}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span>
          {props.label}
          <Show when={props.hint}>
            <span class={styles.hint}>{props.hint}</span>
          </Show>
        </span>
      </label>
      <ErrorText id={`${id}-error`} text={props.error} />
    </div>
  )
}

export interface Choice extends Pick<Option, 'value' | 'disabled'> {
  label: JSX.Element
  hint?: JSX.Element
}

export interface RadioGroupProps {
  label: string
  hideLabel?: boolean
  hint?: JSX.Element
  error?: string
  options: readonly Choice[]
  value: string
  onChange: (value: string) => void
  name?: string
  /** Each in a box of its own, for a choice that much follows from. */
  boxed?: boolean
}

/** One of a few, each with room for a hint. */
export function RadioGroup(props: RadioGroupProps): JSX.Element {
  const made = createUniqueId()
  return (
    <fieldset
      class={classes(styles.choices, props.boxed && styles.boxes)}
      aria-describedby={
        [props.hint && `${made}-hint`, props.error && `${made}-error`].filter(Boolean).join(' ') || undefined
      }
    >
      <legend class={props.hideLabel ? 'visually-hidden' : styles.label}>{props.label}</legend>
      <Show when={props.hint}>
        <div class={styles.hint} id={`${made}-hint`}>
          {props.hint}
        </div>
      </Show>
      <For each={props.options}>
        {(option) => (
          <label class={classes(styles.choice, props.boxed && styles.boxed)}>
            <input
              type="radio"
              name={props.name ?? made}
              value={option.value}
              checked={option.value === props.value}
              disabled={option.disabled}
              onChange={() => props.onChange(option.value)}
            />
            <span>
              {option.label}
              <Show when={option.hint}>
                <span class={styles.hint}>{option.hint}</span>
              </Show>
            </span>
          </label>
        )}
      </For>
      <ErrorText id={`${made}-error`} text={props.error} />
    </fieldset>
  )
}

/** One of two to four short options in a row (theme, language, day); radio buttons underneath. */
export function Segments(props: RadioGroupProps): JSX.Element {
  const made = createUniqueId()
  return (
    <fieldset class={styles.choices}>
      <legend class={props.hideLabel ? 'visually-hidden' : styles.label}>{props.label}</legend>
      <div class={styles.segments}>
        <For each={props.options}>
          {(option) => (
            <label class={styles.segment}>
              <input
                type="radio"
                name={props.name ?? made}
                value={option.value}
                checked={option.value === props.value}
                disabled={option.disabled}
                onChange={() => props.onChange(option.value)}
              />
              {option.label}
            </label>
          )}
        </For>
      </div>
      <Show when={props.hint}>
        <div class={styles.hint}>{props.hint}</div>
      </Show>
    </fieldset>
  )
}

export interface FormProps extends Omit<JSX.FormHTMLAttributes<HTMLFormElement>, 'onSubmit'> {
  /** Called instead of the browser's own submission. */
  onSubmit: (form: HTMLFormElement) => void
}

/** A column of fields that never leaves the page. */
export function Form(props: FormProps): JSX.Element {
  const [own, rest] = splitProps(props, ['onSubmit', 'class', 'children'])
  return (
    <form
      {...rest}
      class={classes(styles.form, own.class)}
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        own.onSubmit(form)
        // What is said to be wrong at once is where one goes on.
        queueMicrotask(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
      }}
    >
      {own.children}
    </form>
  )
}

/** The row of buttons that ends a form. */
export function FormActions(props: { children: JSX.Element }): JSX.Element {
  return <div class={styles.actions}>{props.children}</div>
}
