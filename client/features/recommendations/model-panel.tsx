import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Muted, Row, Section, Stat } from '#client/ui/index.ts'
import { canRetrain, type ModelRow } from '#shared/features/recommendations.ts'
import { useModelRow } from './model-file.ts'
import { NewestAct } from './newest-act.tsx'
import styles from './recommendations.module.css'

/** For owners: which model serves, how good it is against "most popular first", and a new one on demand. */
export function ModelPanel(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = useModelRow()
  return (
    <Show when={canRetrain(core.session.viewer())}>
      <Section title={t('recommendations.model')} hint={t('recommendations.model_hint')} id="model">
        <Show when={row()} fallback={<Muted>{t('recommendations.model_none')}</Muted>}>
          {(known) => <Figures model={known().data} />}
        </Show>
        <Row>
          <Button onClick={() => void core.commands.send('recommendations.retrain', {})}>
            {t('recommendations.retrain')}
          </Button>
          <NewestAct name="recommendations.retrain" />
        </Row>
      </Section>
    </Show>
  )
}

function Figures(props: { model: ModelRow }): JSX.Element {
  const { t, date, number } = useI18n()
  const quality = (value: number): string => value.toFixed(3)
  return (
    <>
      <div class={styles.figures}>
        <Stat
          label={t('recommendations.model_trained')}
          value={date(props.model.trainedAt, 'short')}
          note={date(props.model.trainedAt, 'time')}
        />
        <Stat label={t('recommendations.model_items')} value={number(props.model.items)} />
        <Stat label={t('recommendations.model_members')} value={number(props.model.members)} />
        <Stat
          label={t('recommendations.model_size')}
          value={`${number(Math.max(1, Math.round(props.model.bytes / 1000)))} kB`}
        />
        <Show when={props.model.ndcg !== null && props.model.ndcgOfPopularity !== null}>
          <Stat
            label={t('recommendations.model_quality')}
            value={quality(props.model.ndcg!)}
            note={t('recommendations.model_popularity', { value: quality(props.model.ndcgOfPopularity!) })}
          />
        </Show>
      </div>
      <Muted>
        {t(
          props.model.source === 'members'
            ? 'recommendations.model_by_members'
            : 'recommendations.model_by_content',
          {
            version: props.model.version.slice(0, 8),
          },
        )}
      </Muted>
    </>
  )
}
