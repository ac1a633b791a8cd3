/** From draft to readers, and how far that has come. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { SendIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, Muted, Row, Stack, Time } from '#client/ui/index.ts'
import { countWords } from '#shared/core/text.ts'
import { articlePath, type DraftRow } from '#shared/features/articles.ts'
import type { Details } from './draft-details.tsx'

export interface PublishProps {
  draft: DraftRow
  details: Details
  /** The text as it is now. */
  body: () => string
}

export function Publish(props: PublishProps): JSX.Element {
  const core = useCore()
  const { t, lang, number } = useI18n()
  const [asked, setAsked] = createSignal<{ body: string }>()
  const [incomplete, setIncomplete] = createSignal(false)
  const article = core.feed.row('articles', () => props.draft.articleId ?? undefined)
  const entries = createMemo(() =>
    core.commands.entries().filter((entry) => entry.name.startsWith('articles.')),
  )
  const entry = createMemo(() => {
    const { id } = props.draft
    return entries().findLast((one) => one.name === 'articles.publish' && one.input.draftId === id)
  })
  const isOnItsWay = (): boolean => {
    const one = entry()
    return one !== undefined && !needsDecision(one) && one.state !== 'saved'
  }
  const ask = (): void => {
    props.details.save()
    const body = props.body()
    const complete = props.details.values().title.trim() !== '' && body.trim() !== ''
    setIncomplete(!complete)
    if (complete) setAsked({ body })
  }
  const publish = async (): Promise<void> => {
    const body = asked()?.body
    setAsked(undefined)
    if (body === undefined) return
    const started = entries().find(
      (one) => one.name === 'articles.start_draft' && one.input.id === props.draft.id,
    )
    const old = entry()
    if (old && needsDecision(old)) await core.commands.discard(old.id)
    const { title, description, ...rest } = props.details.values()
    await core.commands.send(
      'articles.publish',
      { draftId: props.draft.id, ...rest, title: title.trim(), description: description.trim(), body },
      started ? { after: [started.id] } : {},
    )
  }
  return (
    <Stack gap="snug">
      <Row gap="snug">
        <Button variant="primary" onClick={ask}>
          <SendIcon />
          {t(article() ? 'articles.publish_changes' : 'articles.publish')}
        </Button>
        <Show when={entry()}>
          {(one) => <Show when={!needsDecision(one())}>{<ActWord entry={one()} />}</Show>}
        </Show>
      </Row>
      <div aria-live="polite">
        <Show when={incomplete()}>
          <Muted>{t('articles.publish_needs')}</Muted>
        </Show>
      </div>
      <Undecided entry={entry()} />
      <Show when={article()}>
        {(row) => (
          <Muted>
            <Show when={!isOnItsWay()}>
              {t('articles.published')} · <Time at={row().data.updatedAt} locale={lang()} /> ·{' '}
            </Show>
            <a href={articlePath(row().data)}>{t('articles.publish_see')}</a>
          </Muted>
        )}
      </Show>
      <Dialog
        open={asked() !== undefined}
        onClose={() => setAsked(undefined)}
        title={t('articles.publish_ask', { title: props.details.values().title })}
        closeLabel={t('articles.cancel')}
        actions={
          <>
            <Button onClick={() => setAsked(undefined)}>{t('articles.cancel')}</Button>
            <Button variant="primary" onClick={() => void publish()}>
              {t(article() ? 'articles.publish_changes' : 'articles.publish')}
            </Button>
          </>
        }
      >
        <Stack gap="snug">
          <p>
            {t(
              props.details.values().access === 'public'
                ? 'articles.publish_ask_public'
                : 'articles.publish_ask_members',
            )}
          </p>
          <Muted>{t('articles.publish_words', { count: number(countWords(asked()?.body ?? '')) })}</Muted>
        </Stack>
      </Dialog>
    </Stack>
  )
}
