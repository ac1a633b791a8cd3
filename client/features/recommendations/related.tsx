import { type Accessor, createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { List, Section } from '#client/ui/index.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import type { Model } from '#shared/recommend/model.ts'
import { ItemRow } from './item-row.tsx'
import { type KeptModel, useKeptModel } from './model-file.ts'
import { useNow } from './now.ts'
import { relatedItems } from './related-items.ts'
import { useShelf } from './shelf.ts'

const most = 4

/** Under an article, a session, a thread: what goes with it. Nothing when nothing does. */
export function Related(props: { itemId: string }): JSX.Element {
  const { t } = useI18n()
  const shelf = useShelf()
  const model = useDecoded(useKeptModel())
  const now = useNow()
  const items = createMemo(() => {
    const known = shelf()
    return known ? relatedItems(model(), known, props.itemId, now(), most) : []
  })
  return (
    <Show when={items().length > 0}>
      <Section title={t('recommendations.related')}>
        <List label={t('recommendations.related')}>
          <For each={items()}>{(item) => <ItemRow item={item} />}</For>
        </List>
      </Section>
    </Show>
  )
}

/** Read once a version, for all panels of this tab. */
let last: { version: string; model: Promise<Model | undefined> } | undefined

function useDecoded(kept: Accessor<KeptModel | undefined>): Accessor<Model | undefined> {
  const [model, setModel] = createSignal<Model>()
  createEffect(() => {
    const file = kept()
    if (!file) return
    if (last?.version !== file.version) {
      const decoded = decodeModel(file.bytes).then((result) => (result.ok ? result.value : undefined))
      last = { version: file.version, model: decoded }
    }
    void last.model.then((read) => {
      if (kept()?.version === file.version) setModel(() => read)
    })
  })
  return model
}
