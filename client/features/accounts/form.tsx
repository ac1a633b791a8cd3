/**
 * Forms that ask the server while it can be reached: values stay in the inputs (password managers fill them without
 * an event), every bad field is named at once, and the first one gets the focus.
 */
import { type Accessor, createSignal, type JSX, Show } from 'solid-js'
import type { InferOutput } from 'valibot'
import { useI18n } from '#client/core/i18n.ts'
import { Banner } from '#client/ui/index.ts'
import { parse } from '#shared/core/contract.ts'
import type { Refusal, Result } from '#shared/core/result.ts'
import type { WordKey } from '#shared/words/index.ts'
import { checkFields, type Schema } from './check-fields.ts'

export interface AskingForm {
  /** What is wrong with this field, in the reader's language. */
  error(field: string): string | undefined
  /** What is wrong with the whole, when it is no field that is shown. */
  problem: Accessor<string | undefined>
  busy: Accessor<boolean>
  submit(form: HTMLFormElement): Promise<void>
}

export interface Asking<S extends Schema> {
  schema: S
  /** Values that the form does not show: a token, the language. */
  also?(): Record<string, unknown>
  send(input: InferOutput<S>): Promise<Result<unknown>>
  done?(): void
  /** How to read an input whose value is not text. */
  read?: Readonly<Record<string, (value: string) => unknown>>
  /** What to say instead of the general words when this field breaks its rule. */
  rules?: Readonly<Record<string, WordKey>>
}

export function createForm<S extends Schema>(asking: Asking<S>): AskingForm {
  const { t, refusal: say } = useI18n()
  const [refusals, setRefusals] = createSignal<ReadonlyMap<string, Refusal>>(new Map())
  const [general, setGeneral] = createSignal<Refusal>()
  const [busy, setBusy] = createSignal(false)

  function show(form: HTMLFormElement, found: ReadonlyMap<string, Refusal>): void {
    setRefusals(found)
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }

  return {
    busy,
    error(field) {
      const refusal = refusals().get(field)
      return refusal && say(refusal)
    },
    problem() {
      const refusal = general()
      if (refusal === undefined) return undefined
      if (refusal.code === 'unavailable') return t('accounts.offline_form')
      if (refusal.code === 'internal') return t('accounts.failed_form')
      return say(refusal)
    },
    async submit(form) {
      if (busy()) return
      const input: Record<string, unknown> = { ...asking.also?.() }
      for (const [name, value] of new FormData(form)) {
        input[name] = asking.read?.[name]?.(String(value)) ?? String(value)
      }
      setGeneral(undefined)
      const found = checkFields(asking.schema, input, asking.rules)
      if (found.size > 0) return show(form, found)
      const whole = parse(asking.schema, input)
      if (!whole.ok) {
        setGeneral(whole.error)
        return
      }
      setRefusals(new Map())
      setBusy(true)
      const answer = await asking.send(whole.value)
      setBusy(false)
      if (answer.ok) {
        asking.done?.()
        return
      }
      const { field } = answer.error
      if (field !== undefined && form.elements.namedItem(field)) show(form, new Map([[field, answer.error]]))
      else setGeneral(answer.error)
    },
  }
}

/** Where a form says what no field of it can. */
export function Problem(props: { form: AskingForm }): JSX.Element {
  return (
    <Show when={props.form.problem()}>
      <Banner tone="danger" inline>
        {props.form.problem()}
      </Banner>
    </Show>
  )
}
