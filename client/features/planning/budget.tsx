/** What comes in and goes out, as it was planned and as it was. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { PlusIcon, TrashIcon } from '#client/ui/icons.tsx'
import { Button, Form, IconButton, Section, Select, TextInput } from '#client/ui/index.ts'
import { formatMoney, parseMoney, plainMoney } from '#shared/features/money.ts'
import { addItem, type BudgetLine, removeItem, setFields, totalsOf } from '#shared/features/plan-board.ts'
import styles from './planning.module.css'
import type { Plan } from './use-board.ts'

export function Budget(props: { plan: Plan }): JSX.Element {
  const { t, lang } = useI18n()
  const totals = createMemo(() => totalsOf(props.plan.board.budget))
  const money = (amount: number): string => formatMoney(amount, props.plan.row.currency, lang())
  const parts = [
    { kind: 'out', word: 'planning.budget_out' },
    { kind: 'in', word: 'planning.budget_in' },
  ] as const
  return (
    <>
      <For each={parts}>
        {({ kind, word }) => (
          <Section title={t(word)}>
            <Show
              when={props.plan.board.budget.some((line) => line.kind === kind)}
              fallback={<p>{t('planning.budget_none')}</p>}
            >
              <div class={styles.budget}>
                <div class={styles.budgetHead} aria-hidden="true">
                  <span>{t('planning.budget_line')}</span>
                  <span>{t('planning.budget_planned')}</span>
                  <span>{t('planning.budget_actual')}</span>
                </div>
                <For each={props.plan.board.budget.filter((line) => line.kind === kind)}>
                  {(line) => <Line plan={props.plan} line={line} />}
                </For>
                <div class={styles.sum}>
                  <span>{t('planning.budget_sum')}</span>
                  <Sum word={t('planning.budget_planned')} amount={money(totals().planned[kind])} />
                  <Sum word={t('planning.budget_actual')} amount={money(totals().actual[kind])} />
                </div>
              </div>
            </Show>
          </Section>
        )}
      </For>
      <div class={styles.sum} data-balance>
        <span>{t('planning.budget_balance')}</span>
        <Sum
          word={t('planning.budget_planned')}
          amount={money(totals().planned.balance)}
          minus={totals().planned.balance < 0}
        />
        <Sum
          word={t('planning.budget_actual')}
          amount={money(totals().actual.balance)}
          minus={totals().actual.balance < 0}
        />
      </div>
      <NewLine plan={props.plan} />
    </>
  )
}

function Sum(props: { word: string; amount: string; minus?: boolean }): JSX.Element {
  return (
    <span class={styles.amount} data-minus={props.minus ?? false}>
      <span class="visually-hidden">{props.word} </span>
      {props.amount}
    </span>
  )
}

function Line(props: { plan: Plan; line: BudgetLine }): JSX.Element {
  const { t } = useI18n()
  const [wrong, setWrong] = createSignal<'planned' | 'actual'>()
  const currency = (): string => props.plan.row.currency
  const set = (field: 'planned' | 'actual', text: string): void => {
    const amount = text.trim() === '' && field === 'actual' ? null : parseMoney(text, currency())
    if (amount === undefined) return void setWrong(field)
    setWrong(undefined)
    setFields(props.plan.handle.doc, 'budget', props.line.id, { [field]: amount })
  }
  const amountField = (field: 'planned' | 'actual'): JSX.Element => (
    <TextInput
      hideLabel
      quiet
      inputmode="decimal"
      autocomplete="off"
      label={t(field === 'planned' ? 'planning.budget_planned_of' : 'planning.budget_actual_of', {
        title: props.line.title,
      })}
      error={wrong() === field ? t('planning.budget_bad') : ''}
      value={props.line[field] === null ? '' : plainMoney(props.line[field], currency())}
      onChange={(event) => set(field, event.currentTarget.value)}
    />
  )
  return (
    <div class={styles.line}>
      <TextInput
        hideLabel
        quiet
        label={t('planning.budget_line')}
        maxlength="300"
        value={props.line.title}
        onChange={(event) => {
          const title = event.currentTarget.value.trim()
          if (title !== '') setFields(props.plan.handle.doc, 'budget', props.line.id, { title })
          else event.currentTarget.value = props.line.title
        }}
      />
      {amountField('planned')}
      {amountField('actual')}
      <IconButton
        icon={TrashIcon}
        label={t('planning.remove', { title: props.line.title })}
        onClick={() => removeItem(props.plan.handle.doc, 'budget', props.line.id)}
      />
    </div>
  )
}

function NewLine(props: { plan: Plan }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [kind, setKind] = createSignal<'in' | 'out'>('out')
  const [error, setError] = createSignal<string>()
  const add = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const title = String(data.get('title')).trim()
    const planned = parseMoney(String(data.get('planned')), props.plan.row.currency)
    if (planned === undefined) return void setError(t('planning.budget_bad'))
    if (title === '') return
    setError(undefined)
    addItem(props.plan.handle.doc, 'budget', core.newId(), { title, kind: kind(), planned, actual: null })
    form.reset()
    ;(form.elements.namedItem('title') as HTMLInputElement).focus()
  }
  return (
    <Form class={styles.adding} onSubmit={add}>
      <TextInput label={t('planning.budget_new')} name="title" maxlength="300" autocomplete="off" required />
      <TextInput
        label={t('planning.budget_planned')}
        name="planned"
        inputmode="decimal"
        autocomplete="off"
        required
        error={error()}
      />
      <Select
        label={t('planning.budget_kind')}
        value={kind()}
        options={[
          { value: 'out', label: t('planning.budget_out') },
          { value: 'in', label: t('planning.budget_in') },
        ]}
        onChange={(value) => setKind(value as 'in' | 'out')}
      />
      <Button type="submit">
        <PlusIcon />
        {t('planning.add')}
      </Button>
    </Form>
  )
}
