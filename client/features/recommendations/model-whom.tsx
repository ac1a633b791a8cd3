/** How well the serving model serves members of each tier, and each group of readers. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, Section, Table } from '#client/ui/index.ts'
import {
  type GroupQuality,
  leastGroup,
  type ModelVersionRow,
} from '#shared/features/recommendation-models.ts'
import styles from './model.module.css'

export function ModelWhom(props: { version: ModelVersionRow | undefined }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const tiers = core.feed.rows('tiers')
  const tierName = (name: string): string => {
    if (name === 'none') return t('models.no_tier')
    const found = tiers()?.find(({ id }) => `tier:${id}` === name)?.data.name
    return (found && (found[lang()] || found.en || found.zh)) || t('models.a_tier')
  }
  const parts = (): { title: string; groups: GroupQuality[]; named: (name: string) => string }[] => [
    { title: t('models.tiers'), groups: props.version?.tiers ?? [], named: tierName },
    { title: t('models.clusters'), groups: props.version?.clusters ?? [], named: (name) => name },
  ]
  const shown = () => parts().filter(({ groups }) => groups.length > 0)
  return (
    <Section title={t('models.whom')} hint={t('models.whom_hint', { count: leastGroup })}>
      <Show when={shown().length > 0} fallback={<Muted>{t('models.whom_none')}</Muted>}>
        <div class={styles.tables}>
          <For each={shown()}>
            {(part) => (
              <Table
                label={part.title}
                rows={part.groups}
                columns={[
                  {
                    head: part.title,
                    cell: ({ name }) => (name === '' ? t('models.others') : part.named(name)),
                  },
                  { head: t('models.members'), cell: ({ members }) => members },
                  { head: t('models.ndcg10'), cell: ({ ndcg10 }) => ndcg10.toFixed(3) },
                  { head: t('models.recall20'), cell: ({ recall20 }) => recall20.toFixed(3) },
                ]}
              />
            )}
          </For>
        </div>
      </Show>
    </Section>
  )
}
