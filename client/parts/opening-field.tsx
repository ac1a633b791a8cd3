/** Who may open what an author publishes. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Checkbox, RadioGroup, Stack } from '#client/ui/index.ts'
import type { Opening, openingKinds } from '#shared/core/opening.ts'
import { inLanguage } from '#shared/features/memberships.ts'
import styles from './parts.module.css'

type Kind = (typeof openingKinds)[number]
/** What a tier and a group have in common here. */
interface Named {
  id: string
  name: string
}

export interface OpeningFieldProps {
  opening: Opening
  onChange: (opening: Opening) => void
  /** Kinds that make no sense here. */
  without?: readonly Kind[]
  /** What is opened, unless it is read. */
  label?: string
  hints?: Partial<Record<Kind, string>>
}

/** Tiers, purchases and groups can be chosen where the community has such. */
export function OpeningField(props: OpeningFieldProps): JSX.Element {
  const { t } = useI18n()
  const { lang } = useI18n()
  const core = useCore()
  const sold = core.feed.rows('tiers', () => ({ by: 'rank' }))
  const tiers = createMemo(() =>
    (sold() ?? [])
      .filter(({ id, data }) => !data.archived || props.opening.tiers?.includes(id))
      .map(({ id, data }): Named => ({ id, name: inLanguage(data.name, lang()) })),
  )
  const grouped = core.feed.rows('groups', () => ({ by: 'name' }))
  const groups = createMemo(() => (grouped() ?? []).map(({ id, data }): Named => ({ id, name: data.name })))
  const isKind = (...some: Kind[]): boolean => some.includes(props.opening.to)
  const kinds = createMemo((): Kind[] => {
    const all: Kind[] = [
      'members',
      'public',
      ...(core.uses('memberships') || isKind('tiers', 'purchase') ? (['tiers', 'purchase'] as const) : []),
      ...(groups().length > 0 || isKind('groups') ? (['groups'] as const) : []),
    ]
    return all.filter((kind) => !props.without?.includes(kind))
  })
  const choose = (to: Kind): void => {
    if (to === 'tiers') props.onChange({ to, tiers: props.opening.tiers ?? tiers().map(({ id }) => id) })
    else if (to === 'groups') props.onChange({ to, groups: props.opening.groups ?? [] })
    else props.onChange({ to })
  }
  return (
    <Stack gap="snug">
      <RadioGroup
        label={props.label ?? t('core.opening')}
        options={kinds().map((kind) => ({
          value: kind,
          label: t(`core.opening_${kind}`),
          hint: props.hints?.[kind] ?? t(`core.opening_${kind}_hint`),
        }))}
        value={props.opening.to}
        onChange={(to) => choose(to as Kind)}
      />
      <Show when={isKind('tiers')}>
        <Some
          label={t('core.opening_which_tiers')}
          all={tiers()}
          chosen={props.opening.tiers ?? []}
          onChange={(chosen) => props.onChange({ to: 'tiers', tiers: chosen })}
        />
      </Show>
      <Show when={isKind('groups')}>
        <Some
          label={t('core.opening_which_groups')}
          all={groups()}
          chosen={props.opening.groups ?? []}
          onChange={(chosen) => props.onChange({ to: 'groups', groups: chosen })}
        />
      </Show>
    </Stack>
  )
}

function Some(props: {
  label: string
  all: readonly Named[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}): JSX.Element {
  const { t } = useI18n()
  const toggle = (id: string, on: boolean): void => {
    const others = props.chosen.filter((one) => one !== id)
    props.onChange(on ? [...others, id] : others)
  }
  return (
    <fieldset class={styles.some}>
      <legend>{props.label}</legend>
      <For each={props.all}>
        {({ id, name }) => (
          <Checkbox label={name} checked={props.chosen.includes(id)} onChange={(on) => toggle(id, on)} />
        )}
      </For>
      <Show when={props.chosen.length === 0}>
        <p>{t('core.opening_choose_some')}</p>
      </Show>
    </fieldset>
  )
}
