import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Select, TextInput } from '#client/ui/index.ts'
import { day, type Term } from '#shared/features/membership-terms.ts'

const kinds = ['month', 'year', 'days', 'until', 'forever'] as const

/** A term as it is being typed. */
export interface TermDraft {
  kind: (typeof kinds)[number]
  days: string
  /** `2026-12-31` */
  date: string
}

/** `undefined` while it is no term. What ends on a day ends with that day, by the clock of whoever typed it. */
export function termOf(draft: TermDraft): Term | undefined {
  switch (draft.kind) {
    case 'month':
      return { kind: 'months', count: 1 }
    case 'year':
      return { kind: 'months', count: 12 }
    case 'days': {
      const count = Number(draft.days)
      return Number.isInteger(count) && count >= 1 && count <= 3_650 ? { kind: 'days', count } : undefined
    }
    case 'until': {
      const at = endOfDay(draft.date)
      return at !== undefined && at > Date.now() ? { kind: 'until', at } : undefined
    }
    case 'forever':
      return { kind: 'forever' }
  }
}

/** @param date `2026-12-31` */
export function endOfDay(date: string): number | undefined {
  const [year, month, dayOfMonth] = date.split('-').map(Number)
  if (!year || !month || !dayOfMonth) return undefined
  return new Date(year, month - 1, dayOfMonth + 1).getTime() - 1
}

export function termDraft(term: Term): TermDraft {
  const blank = { days: '30', date: '' }
  switch (term.kind) {
    case 'months':
      if (term.count === 1) return { ...blank, kind: 'month' }
      if (term.count === 12) return { ...blank, kind: 'year' }
      return { ...blank, kind: 'days', days: String(term.count * 30) }
    case 'days':
      return { ...blank, kind: 'days', days: String(term.count) }
    case 'until': {
      const end = new Date(term.at)
      const local = new Date(end.getTime() - end.getTimezoneOffset() * (day / 1_440))
      return { ...blank, kind: 'until', date: local.toISOString().slice(0, 10) }
    }
    case 'forever':
      return { ...blank, kind: 'forever' }
  }
}

/** Two fields side by side: the kind of term, and its number or day where it has one. */
export function TermFields(props: {
  term: TermDraft
  tried: boolean
  onChange: (term: TermDraft) => void
}): JSX.Element {
  const { t } = useI18n()
  const change = (part: Partial<TermDraft>): void => props.onChange({ ...props.term, ...part })
  const wrong = (): boolean => props.tried && termOf(props.term) === undefined
  return (
    <>
      <Select
        label={t('memberships.tier_price_term')}
        value={props.term.kind}
        options={kinds.map((value) => ({ value, label: t(`memberships.term_pick_${value}`) }))}
        onChange={(value) => change({ kind: value as TermDraft['kind'] })}
      />
      <Show when={props.term.kind === 'days'}>
        <TextInput
          label={t('memberships.tier_price_days')}
          type="number"
          inputmode="numeric"
          min="1"
          max="3650"
          value={props.term.days}
          error={wrong() ? t('memberships.days_wrong') : undefined}
          onInput={(event) => change({ days: event.currentTarget.value })}
        />
      </Show>
      <Show when={props.term.kind === 'until'}>
        <TextInput
          label={t('memberships.tier_price_date')}
          type="date"
          value={props.term.date}
          error={wrong() ? t('memberships.date_wrong') : undefined}
          onInput={(event) => change({ date: event.currentTarget.value })}
        />
      </Show>
    </>
  )
}
