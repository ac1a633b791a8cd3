/** Why, in a word of ours and in the moderator's own: the templates are a beginning. */
import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Select, TextArea } from '#client/ui/index.ts'
import { type Reason, reasons } from '#shared/features/moderation.ts'

export interface Why {
  reason: Reason
  note: string
}

export function ReasonFields(props: { value: Why; onChange: (value: Why) => void }): JSX.Element {
  const { t } = useI18n()
  const template = (reason: Reason): string => t(`moderation.template_${reason}`)
  const choose = (reason: Reason): void => {
    const { note, reason: before } = props.value
    const untouched = note.trim() === '' || note === template(before)
    props.onChange({ reason, note: untouched ? template(reason) : note })
  }
  return (
    <>
      <Select
        label={t('moderation.reason')}
        options={reasons.map((value) => ({ value, label: t(`moderation.reason_${value}`) }))}
        value={props.value.reason}
        onChange={(value) => choose(value as Reason)}
      />
      <TextArea
        label={t('moderation.note')}
        hint={t('moderation.note_hint')}
        optional={t('moderation.optional')}
        rows="3"
        maxlength="1000"
        value={props.value.note}
        onInput={(event) => props.onChange({ ...props.value, note: event.currentTarget.value })}
      />
    </>
  )
}

export interface Penalty {
  kind: 'none' | 'silence' | 'suspend'
  /** '' = the next of the ladder. */
  hours: string
}

export const noPenalty: Penalty = { kind: 'none', hours: '' }

export function PenaltyFields(props: {
  label: string
  value: Penalty
  onChange: (value: Penalty) => void
  /** Without the choice of nothing. */
  always?: boolean
}): JSX.Element {
  const { t } = useI18n()
  const kinds = (): Penalty['kind'][] =>
    props.always ? ['silence', 'suspend'] : ['none', 'silence', 'suspend']
  const hint = (): string | undefined =>
    props.value.kind === 'none' ? undefined : t(`moderation.penalty_${props.value.kind}_hint`)
  return (
    <>
      <Select
        label={props.label}
        hint={hint()}
        options={kinds().map((value) => ({ value, label: t(`moderation.penalty_${value}`) }))}
        value={props.value.kind}
        onChange={(kind) => props.onChange({ ...props.value, kind: kind as Penalty['kind'] })}
      />
      {props.value.kind !== 'none' && (
        <Select
          label={t('moderation.penalty_hours')}
          options={[
            { value: '', label: t('moderation.hours_next') },
            ...(['24', '72', '168', '720'] as const).map((value) => ({
              value,
              label: t(`moderation.hours_${value}`),
            })),
          ]}
          value={props.value.hours}
          onChange={(hours) => props.onChange({ ...props.value, hours })}
        />
      )}
    </>
  )
}
