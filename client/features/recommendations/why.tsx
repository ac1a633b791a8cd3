/** "Why this?": what ranked an item, in whole sentences, with what it went by and where to change that. */
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, LinkButton, List, ListRow, Muted, Stack, Time } from '#client/ui/index.ts'
import type { Reason } from '#shared/recommend/recommend.ts'
import type { Interests } from './interests.ts'
import { hintOf, isWished } from './reasons.ts'
import type { Recommended, RecommendedList } from './recommender.ts'
import type { Shelf, ShelfItem } from './shelf.ts'

export function WhyDialog(props: {
  /** `undefined`: closed. */
  entry: Recommended | undefined
  by: RecommendedList['by'] | undefined
  shelf: Shelf
  interests: Interests
  onClose: () => void
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Dialog
      open={props.entry !== undefined}
      onClose={() => props.onClose()}
      title={t('recommendations.why')}
      closeLabel={t('recommendations.dismiss')}
      actions={
        <>
          <LinkButton href="/me#recommendations">{t('recommendations.adjust')}</LinkButton>
          <Button variant="primary" onClick={() => props.onClose()}>
            {t('recommendations.why_done')}
          </Button>
        </>
      }
    >
      <Show when={props.entry}>
        {(entry) => (
          <Stack>
            <p>
              <strong lang={entry().item.lang || undefined}>{entry().item.title}</strong>
            </p>
            <Cause {...props} entry={entry()} />
            <Show when={entry().clash}>
              {(clash) => <p>{t('recommendations.why_clash', { title: clash().title })}</p>}
            </Show>
            <Show when={entry().item.full}>
              <p>{t('recommendations.why_full')}</p>
            </Show>
            <Muted>
              {t(props.by === 'counts' ? 'recommendations.why_counts' : 'recommendations.why_here')}
            </Muted>
          </Stack>
        )}
      </Show>
    </Dialog>
  )
}

function Cause(props: {
  entry: Recommended
  shelf: Shelf
  interests: Interests
  onClose: () => void
}): JSX.Element {
  const { t, lang } = useI18n()
  const reason = (): Reason => props.entry.reason
  const causes = (): ShelfItem[] => {
    const told = reason()
    return told.kind === 'because' ? told.itemIds.flatMap((id) => props.shelf.get(id) ?? []) : []
  }
  const tag = (): string => {
    const told = reason()
    return told.kind === 'tag' ? told.tag : ''
  }
  const wished = (item: ShelfItem): boolean => isWished(item.id, props.interests.wishes())
  return (
    <Switch fallback={<p>{t(hintOf(reason()))}</p>}>
      <Match when={causes().length > 0}>
        <p>{t('recommendations.why_because')}</p>
        <List label={t('recommendations.why_because')}>
          <For each={causes()}>
            {(item) => (
              <ListRow
                href={item.href}
                title={<span lang={item.lang || undefined}>{item.title}</span>}
                meta={
                  <>
                    <span>{t(`recommendations.kind_${item.kind}`)}</span>
                    <Show when={wished(item)}>
                      <span>{t('recommendations.why_wished')}</span>
                    </Show>
                  </>
                }
              />
            )}
          </For>
        </List>
      </Match>
      <Match when={tag()}>
        <p>{t('recommendations.why_tag', { tag: tag() })}</p>
        <div>
          <Button
            small
            onClick={() => {
              props.interests.judge(tag(), 0)
              props.onClose()
            }}
          >
            {t('recommendations.why_tag_off', { tag: tag() })}
          </Button>
        </div>
      </Match>
      <Match when={reason().kind === 'new' && props.entry.item.at > 0}>
        <p>
          {t('recommendations.why_new')} <Time at={props.entry.item.at} locale={lang()} />
        </p>
      </Match>
    </Switch>
  )
}
