/** `/admin/model`: from rows that owners' devices hold, so that it is here without a network, too. */
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { HeldIcon, SparklesIcon } from '#client/ui/icons.tsx'
import { Banner, Button, EmptyState, Muted, Row, Section, Skeleton, Stat } from '#client/ui/index.ts'
import {
  type ModelStateRow,
  type ModelVersionRow,
  modelStateId,
  type RunState,
} from '#shared/features/recommendation-models.ts'
import styles from './model.module.css'
import { ModelQuality } from './model-quality.tsx'
import { ModelVersions } from './model-versions.tsx'
import { ModelWeights } from './model-weights.tsx'
import { ModelWhom } from './model-whom.tsx'
import { NewestAct } from './newest-act.tsx'

export function ModelPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('models.title'))
  const state = core.feed.row('model_states', () => modelStateId)
  const rows = core.feed.rows('model_versions')
  /** Newest first. */
  const versions = (): ModelVersionRow[] =>
    (rows() ?? []).map(({ data }) => data).sort((a, b) => b.at - a.at || (a.version < b.version ? -1 : 1))
  return (
    <AdminPage title={t('models.title')} lead={t('models.lead')} width="wide">
      <Show when={state() !== undefined} fallback={<Skeleton label={t('models.loading')} lines={10} />}>
        <Show
          when={state()}
          fallback={
            <EmptyState icon={SparklesIcon} title={t('models.none')}>
              {t('models.none_text')}
            </EmptyState>
          }
        >
          {(known) => (
            <>
              <Now state={known().data} versions={versions()} />
              <ModelQuality versions={versions()} />
              <ModelWhom version={versions().find(({ version }) => version === known().data.serving)} />
              <ModelVersions state={known().data} versions={versions()} />
              <ModelWeights state={known().data} />
            </>
          )}
        </Show>
      </Show>
    </AdminPage>
  )
}

function Now(props: { state: ModelStateRow; versions: ModelVersionRow[] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const serving = (): ModelVersionRow | undefined =>
    props.versions.find(({ version }) => version === props.state.serving)
  return (
    <Section title={t('models.now')} hint={t('models.unpinned_hint')}>
      <Show when={props.state.pinned}>
        {(pinned) => (
          <Banner
            inline
            tone="info"
            icon={HeldIcon}
            actions={
              <Button small onClick={() => void core.commands.send('recommendations.unpin', {})}>
                {t('models.unpin')}
              </Button>
            }
          >
            {t('models.pinned', { version: pinned().slice(0, 8) })}
          </Banner>
        )}
      </Show>
      <Show
        when={serving()}
        fallback={
          <Muted>
            {t('models.none')}. {t('models.none_text')}
          </Muted>
        }
      >
        {(known) => <Figures version={known()} />}
      </Show>
      <Show when={props.state.run} fallback={<Idle state={props.state} />}>
        {(run) => <Progress run={run()} />}
      </Show>
    </Section>
  )
}

function Figures(props: { version: ModelVersionRow }): JSX.Element {
  const { t, date, number } = useI18n()
  return (
    <div class={styles.figures}>
      <Stat
        label={t('models.serving_since')}
        value={date(props.version.at, 'short')}
        note={date(props.version.at, 'time')}
      />
      <Stat
        label={t('models.items')}
        value={number(props.version.items)}
        note={t('models.items_note', { count: number(props.version.fromContent) })}
      />
      <Stat
        label={t('models.members')}
        value={number(props.version.members)}
        note={t('models.members_note', { count: number(props.version.interactions) })}
      />
      <Stat
        label={t('models.size')}
        value={`${number(Math.max(1, Math.round(props.version.bytes / 1000)))} kB`}
      />
      <Show when={props.version.measures}>
        {(measures) => (
          <Stat
            label={t('models.quality')}
            value={measures().ndcg10.toFixed(3)}
            note={
              props.version.ndcgOfPopularity === null
                ? undefined
                : t('models.quality_popular', { value: props.version.ndcgOfPopularity.toFixed(3) })
            }
          />
        )}
      </Show>
    </div>
  )
}

function Progress(props: { run: RunState }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const percent = (): number => Math.round(props.run.done * 100)
  const said = (): string =>
    `${t(`models.run_${props.run.what}`)} · ${t(`models.stage_${props.run.stage}`)} · ${percent()}%`
  return (
    <Row>
      <label class={styles.run}>
        <span>{said()}</span>
        <progress class={styles.progress} max="100" value={percent()} />
      </label>
      <Button
        busy={props.run.cancelling}
        onClick={() => void core.commands.send('recommendations.cancel_training', {})}
      >
        {t(props.run.cancelling ? 'models.cancelling' : 'models.cancel_run')}
      </Button>
    </Row>
  )
}

function Idle(props: { state: ModelStateRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  return (
    <Row>
      <Button variant="primary" onClick={() => void core.commands.send('recommendations.retrain', {})}>
        {t('models.train')}
      </Button>
      <NewestAct name="recommendations.retrain" />
      <Show when={props.state.outcome}>
        {(last) => (
          <Muted>
            {t('models.last', {
              what: t(`models.run_${last().what}`),
              when: `${date(last().at, 'short')} ${date(last().at, 'time')}`,
              how: t(`models.how_${last().how}`),
            })}
          </Muted>
        )}
      </Show>
    </Row>
  )
}
