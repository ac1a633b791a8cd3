/** The versions of an article that readers have seen, what each of them changed, and the way back to one. */
import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { DiffView } from '#client/parts/diff-view.tsx'
import { useText } from '#client/parts/doc-text.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { HistoryIcon, OfflineIcon, UndoIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  EmptyState,
  List,
  ListRow,
  Markdown,
  Muted,
  Page,
  Section,
  Skeleton,
  Split,
  Stack,
} from '#client/ui/index.ts'
import { spliceToward } from '#shared/core/text-diff.ts'
import { draftRoom, type Revision } from '#shared/features/articles.ts'

export function RevisionsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ id: string }>()
  const draft = core.feed.row('drafts', () => params.id)
  const [found, setFound] = createSignal<Revision[] | null>()
  useTitle(() => t('articles.revisions'))
  createEffect(() => {
    const draftId = params.id
    // Asked again when there is a connection, and after each publication.
    if (!core.connection().online) return
    void draft()?.data.updatedAt
    void core.queries.ask('articles.revisions', { draftId }).then((answer) => {
      if (draftId === params.id) setFound(answer.ok ? answer.value : null)
    })
  })
  return (
    <Page
      width="wide"
      title={t('articles.revisions_of', { title: draft()?.data.title || t('articles.draft_untitled') })}
      lead={t('articles.revisions_lead')}
      back={{ href: `/write/${params.id}`, label: t('articles.revisions_back') }}
    >
      <Show
        when={found()}
        fallback={
          <Show
            when={found() === null || !core.connection().online}
            fallback={<Skeleton label={t('articles.revisions_loading')} lines={6} />}
          >
            <EmptyState icon={OfflineIcon} title={t('articles.revisions_offline')}>
              {t('articles.revisions_offline_text')}
            </EmptyState>
          </Show>
        }
      >
        {(revisions) => (
          <Show
            when={revisions().length > 0}
            fallback={
              <EmptyState icon={HistoryIcon} title={t('articles.revisions_none')}>
                {t('articles.revisions_none_text')}
              </EmptyState>
            }
          >
            <Revisions draftId={params.id} revisions={revisions()} lang={draft()?.data.lang} />
          </Show>
        )}
      </Show>
    </Page>
  )
}

function Revisions(props: {
  draftId: string
  revisions: readonly Revision[]
  lang: 'en' | 'zh' | undefined
}): JSX.Element {
  const { t, date, number } = useI18n()
  const [search] = useSearchParams<{ v?: string }>()
  const current = createMemo(
    () => props.revisions.find((one) => String(one.number) === search.v) ?? props.revisions[0]!,
  )
  const before = createMemo(() => props.revisions[props.revisions.indexOf(current()) + 1])
  return (
    <Split
      aside={
        <Section title={t('articles.revisions')}>
          <List>
            <For each={props.revisions}>
              {(one, index) => (
                <ListRow
                  href={`/write/${props.draftId}/versions?v=${one.number}`}
                  title={
                    <span aria-current={one.number === current().number ? 'true' : undefined}>
                      {t('articles.revision', { number: number(one.number) })}{' '}
                      <Show when={index() === 0}>
                        <Badge tone="accent">{t('articles.revision_newest')}</Badge>
                      </Show>
                    </span>
                  }
                  meta={
                    <>
                      <span>
                        {[one.byName, date(one.at, 'full')].filter((word) => word !== '').join(' · ')}
                      </span>
                      <span>{t('articles.publish_words', { count: number(one.words) })}</span>
                    </>
                  }
                />
              )}
            </For>
          </List>
        </Section>
      }
    >
      <Show when={current().number} keyed>
        {(_number) => (
          <OneRevision draftId={props.draftId} revision={current()} before={before()} lang={props.lang} />
        )}
      </Show>
    </Split>
  )
}

function OneRevision(props: {
  draftId: string
  revision: Revision
  before: Revision | undefined
  lang: 'en' | 'zh' | undefined
}): JSX.Element {
  const core = useCore()
  const { t, date, number } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const handle = core.docs.use(() => draftRoom(props.draftId))
  const draftText = useText(handle, 300)
  const [texts, setTexts] = createSignal<{ text: string; before: string } | null>()
  const pictures = usePictures(() => texts()?.text ?? '')
  const textOf = async (one: Revision | undefined): Promise<string | null> => {
    if (!one) return ''
    const answer = await core.queries.ask('articles.revision', { draftId: props.draftId, number: one.number })
    return answer.ok ? answer.value : null
  }
  createEffect(() => {
    const both = [textOf(props.revision), textOf(props.before)] as const
    void Promise.all(both).then(([text, earlier]) => {
      setTexts(text === null || earlier === null ? null : { text, before: earlier })
    })
  })
  const restore = async (): Promise<void> => {
    const text = texts()?.text
    const open = handle()
    if (text === undefined || !open?.present()) return
    const sure = await confirm.ask({
      title: t('articles.revision_restore_ask', { number: number(props.revision.number) }),
      text: t('articles.revision_restore_text'),
      confirm: t('articles.revision_restore'),
      cancel: t('articles.cancel'),
    })
    if (!sure) return
    // As its author's own edit, so that co-authors who write meanwhile lose nothing of theirs.
    open.doc.transact(() => spliceToward(bodyOf(open.doc), text))
    navigate(`/write/${props.draftId}`)
  }
  return (
    <Section
      title={t('articles.revision', { number: number(props.revision.number) })}
      hint={[props.revision.byName, date(props.revision.at, 'full')]
        .filter((word) => word !== '')
        .join(' · ')}
      action={
        <Show when={texts() && handle()?.present() && draftText() !== texts()!.text}>
          <Button small onClick={() => void restore()}>
            <UndoIcon />
            {t('articles.revision_restore')}
          </Button>
        </Show>
      }
    >
      <Show
        when={texts()}
        fallback={
          <Show
            when={texts() === null}
            fallback={<Skeleton label={t('articles.revisions_loading')} lines={8} />}
          >
            <EmptyState icon={OfflineIcon} title={t('articles.revisions_offline')}>
              {t('articles.revisions_offline_text')}
            </EmptyState>
          </Show>
        }
      >
        {(both) => (
          <Stack gap="snug">
            <Show when={draftText() === both().text}>
              <Muted>{t('articles.revision_in_draft')}</Muted>
            </Show>
            {/* Beside nothing all of it would be new: the first version is there to be read. */}
            <Show when={!props.before}>
              <Muted>{t('articles.revision_first')}</Muted>
              <Markdown
                text={both().text}
                labels={markdownLabels(t)}
                lang={props.lang}
                serif
                headingShift={1}
                resolveImage={pictures.resolve}
              />
            </Show>
            <Show when={props.before && both().before === both().text}>
              <Muted>{t('articles.revision_same')}</Muted>
            </Show>
            <Show when={props.before}>
              <div lang={props.lang}>
                <DiffView before={both().before} after={both().text} label={t('articles.revision_changes')} />
              </div>
            </Show>
          </Stack>
        )}
      </Show>
      <confirm.View />
    </Section>
  )
}
