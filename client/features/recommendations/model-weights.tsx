/** What acts weigh: a form, and a trial training that shows what it would change before it is saved. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import {
  Button,
  Form,
  FormActions,
  Muted,
  Section,
  Stack,
  Table,
  Tag,
  Tags,
  TextInput,
} from '#client/ui/index.ts'
import {
  halfLifeBounds,
  type ModelStateRow,
  type ModelTrialRow,
  modelStateId,
  usualWeights,
  type WeighedAct,
  type WeightSettings,
  weighedActs,
  weightBounds,
} from '#shared/features/recommendation-models.ts'
import styles from './model.module.css'
import { measured, sayMeasure } from './model-quality.tsx'
import { NewestAct } from './newest-act.tsx'
import { useShelf } from './shelf.ts'

/** As typed. */
interface Draft {
  acts: Record<WeighedAct, string>
  halfLifeDays: string
}

const draftOf = ({ acts, halfLifeDays }: WeightSettings): Draft => ({
  acts: Object.fromEntries(weighedActs.map((act) => [act, String(acts[act])])) as Draft['acts'],
  halfLifeDays: String(halfLifeDays),
})

const within = (typed: string, { least, most }: { least: number; most: number }): boolean =>
  typed.trim() !== '' && Number(typed) >= least && Number(typed) <= most

const isHalfLife = (typed: string): boolean =>
  within(typed, halfLifeBounds) && Number.isInteger(Number(typed))

function settingsOf({ acts, halfLifeDays }: Draft): WeightSettings | undefined {
  if (!isHalfLife(halfLifeDays) || weighedActs.some((act) => !within(acts[act], weightBounds)))
    return undefined
  return {
    acts: Object.fromEntries(weighedActs.map((act) => [act, Number(acts[act])])) as WeightSettings['acts'],
    halfLifeDays: Number(halfLifeDays),
  }
}

const isSame = (a: WeightSettings, b: WeightSettings): boolean =>
  a.halfLifeDays === b.halfLifeDays && weighedActs.every((act) => a.acts[act] === b.acts[act])

export function ModelWeights(props: { state: ModelStateRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  // Until something is typed the form follows what is saved, here or on another device.
  const [typed, setTyped] = createSignal<Draft>()
  const draft = (): Draft => typed() ?? draftOf(props.state.weights)
  const settings = (): WeightSettings | undefined => settingsOf(draft())
  const isChanged = (): boolean => {
    const now = settings()
    return now === undefined || !isSame(now, props.state.weights)
  }
  const trial = core.feed.row('model_trials', () => modelStateId)
  const bounds = { ...weightBounds }
  return (
    <Section title={t('models.weights')} hint={t('models.weights_hint')}>
      <Form
        onSubmit={() => {
          const given = settings()
          if (!given) return
          void core.commands.send('recommendations.set_weights', given)
          setTyped(undefined)
        }}
      >
        <div class={styles.weights}>
          <For each={weighedActs}>
            {(act) => (
              <TextInput
                label={t(`models.act_${act}`)}
                type="number"
                step="0.1"
                min={weightBounds.least}
                max={weightBounds.most}
                value={draft().acts[act]}
                onInput={(event) => {
                  setTyped({ ...draft(), acts: { ...draft().acts, [act]: event.currentTarget.value } })
                }}
                {...(within(draft().acts[act], weightBounds)
                  ? {}
                  : { error: t('models.weight_error', bounds) })}
              />
            )}
          </For>
          <TextInput
            label={t('models.half_life')}
            hint={t('models.half_life_hint', { ...halfLifeBounds })}
            type="number"
            step="1"
            min={halfLifeBounds.least}
            max={halfLifeBounds.most}
            value={draft().halfLifeDays}
            onInput={(event) => {
              setTyped({ ...draft(), halfLifeDays: event.currentTarget.value })
            }}
            {...(isHalfLife(draft().halfLifeDays)
              ? {}
              : { error: t('models.half_life_error', { ...halfLifeBounds }) })}
          />
        </div>
        <FormActions>
          <Button type="submit" variant="primary" disabled={!isChanged() || settings() === undefined}>
            {t('models.save_weights')}
          </Button>
          <Button
            disabled={settings() === undefined || props.state.run !== null}
            onClick={() => {
              const given = settings()
              if (given) void core.commands.send('recommendations.try_weights', given)
            }}
          >
            {t('models.try')}
          </Button>
          <Button variant="quiet" onClick={() => setTyped(draftOf(usualWeights))}>
            {t('models.usual')}
          </Button>
          <NewestAct name="recommendations.set_weights" />
          <NewestAct name="recommendations.try_weights" />
        </FormActions>
        <Muted>
          <Show when={props.state.run} fallback={t('models.try_hint')}>
            {(run) => `${t(`models.run_${run().what}`)} · ${Math.round(100 * run().done)}%`}
          </Show>{' '}
          <Show when={isChanged()}>{t('models.unsaved')}</Show>
        </Muted>
      </Form>
      <Show when={trial()}>
        {(found) => (
          <Trial trial={found().data} isOther={!settings() || !isSame(settings()!, found().data.weights)} />
        )}
      </Show>
    </Section>
  )
}

function Trial(props: { trial: ModelTrialRow; isOther: boolean }): JSX.Element {
  const { t, date } = useI18n()
  return (
    <Stack>
      <h3>{t('models.trial')}</h3>
      <Muted>
        {t('models.trial_of', { when: `${date(props.trial.at, 'short')} ${date(props.trial.at, 'time')}` })}{' '}
        <Show when={props.isOther}>{t('models.trial_other')}</Show>
      </Muted>
      <Show when={props.trial.after}>
        {(after) => (
          <Table
            label={t('models.trial')}
            rows={measured}
            columns={[
              { head: t('models.figure'), cell: (key) => t(`models.${key}`) },
              {
                head: t('models.before'),
                cell: (key) => (props.trial.before ? sayMeasure(key, props.trial.before[key]) : '–'),
              },
              { head: t('models.after'), cell: (key) => sayMeasure(key, after()[key]) },
            ]}
          />
        )}
      </Show>
      <Show when={props.trial.lists.length > 0}>
        <h4>{t('models.trial_lists')}</h4>
        <Muted>{t('models.trial_lists_hint')}</Muted>
        <For each={props.trial.lists}>{(list) => <Changed list={list} />}</For>
      </Show>
    </Stack>
  )
}

function Changed(props: { list: ModelTrialRow['lists'][number] }): JSX.Element {
  const { t } = useI18n()
  const shelf = useShelf()
  const titled = (ids: readonly string[]): string[] => ids.flatMap((id) => shelf()?.get(id)?.title ?? [])
  const came = (): string[] => props.list.after.filter((id) => !props.list.before.includes(id))
  const went = (): string[] => props.list.before.filter((id) => !props.list.after.includes(id))
  return (
    <Stack gap="tight">
      <Tags>
        <For each={props.list.of}>{(tag) => <Tag>{tag}</Tag>}</For>
      </Tags>
      <Muted>{t('models.trial_met', { titles: titled(props.list.met).join(' · ') })}</Muted>
      <Show when={came().length + went().length > 0} fallback={<span>{t('models.trial_same')}</span>}>
        <span>{t('models.trial_moved', { count: Math.max(came().length, went().length) })}</span>
        <dl class={styles.moved}>
          <dt>{t('models.trial_in')}</dt>
          <dd>{titled(came()).join(' · ') || '–'}</dd>
          <dt>{t('models.trial_out')}</dt>
          <dd>{titled(went()).join(' · ') || '–'}</dd>
        </dl>
      </Show>
    </Stack>
  )
}
