/** `/admin/growth`: what acts are worth, their ceilings, and where levels begin. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { Button, Form, FormActions, Section, Skeleton, TextInput } from '#client/ui/index.ts'
import { parse } from '#shared/core/contract.ts'
import {
  defaultRules,
  type GrowthRules,
  growth,
  type PointKind,
  pointKinds,
  rulesId,
} from '#shared/features/growth.ts'
import styles from './growth.module.css'

export function AdminGrowth(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('growth.admin'))
  const row = core.feed.row('growth_rules', () => rulesId)
  return (
    <AdminPage title={t('growth.admin')} lead={t('growth.admin_lead')}>
      <Show when={row() !== undefined} fallback={<Skeleton label={t('growth.loading')} lines={8} />}>
        <RulesForm rules={row()?.data ?? defaultRules} />
      </Show>
    </AdminPage>
  )
}

function RulesForm(props: { rules: GrowthRules }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const [problem, setProblem] = createSignal<{ field: string; text: string }>()
  const last = (): OutboxEntry | undefined =>
    core.commands.entries().findLast((entry) => entry.name === 'growth.set_rules')

  async function save(form: HTMLFormElement): Promise<void> {
    const read = (name: string): string => {
      const field = form.elements.namedItem(name)
      return field instanceof HTMLInputElement ? field.value.trim() : ''
    }
    const perKind = (prefix: string): [PointKind, number][] =>
      pointKinds
        .filter((kind) => read(`${prefix}.${kind}`) !== '')
        .map((kind) => [kind, Number(read(`${prefix}.${kind}`))])
    const rules = {
      ...props.rules,
      weights: Object.fromEntries(perKind('weights')),
      daily: Object.fromEntries(perKind('daily')),
      pair: { times: Number(read('pair.times')), days: Number(read('pair.days')) },
      giverDays: Number(read('giverDays')),
      levels: read('levels')
        .split(/[,，\s]+/)
        .filter(Boolean)
        .map(Number),
    }
    const input = parse(growth.commands.set_rules.input, { rules })
    if (!input.ok) {
      setProblem({ field: input.error.field ?? '', text: refusal(input.error) })
      return
    }
    setProblem(undefined)
    await core.commands.send('growth.set_rules', input.value)
  }
  const errorOf = (field: string): string | undefined =>
    problem()?.field.startsWith(`rules.${field}`) ? problem()?.text : undefined

  return (
    <Form novalidate onSubmit={(form) => void save(form)}>
      <Section title={t('growth.weights')}>
        <div class={styles.weights}>
          <span />
          <span class={styles.quiet} aria-hidden="true">
            {t('growth.each')}
          </span>
          <span class={styles.quiet} aria-hidden="true">
            {t('growth.daily')}
          </span>
          <For each={pointKinds}>
            {(kind) => (
              <>
                <span class={styles.weightName}>{t(`growth.kind_${kind}`)}</span>
                <TextInput
                  label={`${t(`growth.kind_${kind}`)}: ${t('growth.weights')}`}
                  hideLabel
                  name={`weights.${kind}`}
                  type="number"
                  inputmode="numeric"
                  min="0"
                  required
                  value={String(props.rules.weights[kind])}
                  error={errorOf(`weights.${kind}`)}
                />
                <TextInput
                  label={`${t(`growth.kind_${kind}`)}: ${t('growth.daily')}`}
                  hideLabel
                  name={`daily.${kind}`}
                  type="number"
                  inputmode="numeric"
                  min="0"
                  placeholder={t('growth.no_ceiling')}
                  title={t('growth.daily')}
                  value={String(props.rules.daily[kind] ?? '')}
                  error={errorOf(`daily.${kind}`)}
                />
              </>
            )}
          </For>
        </div>
      </Section>
      <TextInput
        label={t('growth.levels')}
        hint={t('growth.levels_hint')}
        name="levels"
        value={props.rules.levels.join(', ')}
        error={errorOf('levels')}
      />
      <div class={styles.pair}>
        <TextInput
          label={t('growth.pair_times')}
          name="pair.times"
          type="number"
          inputmode="numeric"
          value={String(props.rules.pair.times)}
          error={errorOf('pair.times')}
        />
        <TextInput
          label={t('growth.pair_days')}
          name="pair.days"
          type="number"
          inputmode="numeric"
          value={String(props.rules.pair.days)}
          error={errorOf('pair.days')}
        />
      </div>
      <TextInput
        label={t('growth.giver_days')}
        hint={t('growth.giver_hint')}
        name="giverDays"
        type="number"
        inputmode="numeric"
        value={String(props.rules.giverDays)}
        error={errorOf('giverDays')}
      />
      <FormActions>
        <Button type="submit" variant="primary">
          {t('growth.save')}
        </Button>
        <ActWord entry={last()} />
      </FormActions>
      <Undecided entry={last()} />
    </Form>
  )
}
