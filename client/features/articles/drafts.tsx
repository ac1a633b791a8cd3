/** Drafts that one may open: one's own, those of published articles, and, for owners, those of others. */
import { useNavigate } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { needsDecision, Undecided } from '#client/parts/act.tsx'
import { EditIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  EmptyState,
  List,
  ListRow,
  Page,
  Section,
  Skeleton,
  StateWord,
  Time,
} from '#client/ui/index.ts'
import type { DraftRow } from '#shared/features/articles.ts'
import { useMembers } from './members.ts'

export function DraftsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  useTitle(() => t('articles.drafts'))
  const rows = core.feed.rows('drafts', () => ({ by: 'updatedAt', reverse: true }))
  const me = (): string => core.session.viewer().id ?? ''
  const groups = createMemo(() => {
    const mine = (rows() ?? []).filter((row) => row.data.authorIds.includes(me()))
    return {
      first: mine.filter((row) => row.data.articleId === null),
      revising: mine.filter((row) => row.data.articleId !== null),
      others: (rows() ?? []).filter((row) => !row.data.authorIds.includes(me())),
    }
  })
  const refused = createMemo(() =>
    core.commands.entries().filter((entry) => entry.name.startsWith('articles.') && needsDecision(entry)),
  )
  const start = async (): Promise<void> => {
    const id = core.newId()
    await core.commands.send('articles.start_draft', { id, title: '', articleId: null })
    navigate(`/write/${id}`)
  }
  const newButton = (): JSX.Element => (
    <Button variant="primary" onClick={() => void start()}>
      <PlusIcon />
      {t('articles.draft_new')}
    </Button>
  )
  return (
    <Page
      title={t('articles.drafts')}
      lead={t('articles.drafts_lead')}
      width="text"
      back={{ href: '/read', label: t('articles.back') }}
      actions={newButton()}
    >
      <For each={refused()}>{(entry) => <Undecided entry={entry} />}</For>
      <Show
        when={rows() !== undefined && (core.feed.ready() || rows()!.length > 0)}
        fallback={<Skeleton label={t('articles.draft_loading')} lines={4} />}
      >
        <Show
          when={rows()!.length > 0}
          fallback={
            <EmptyState icon={EditIcon} title={t('articles.draft_none')}>
              {t('articles.draft_none_text')}
            </EmptyState>
          }
        >
          <DraftGroup title={t('articles.drafts_first')} rows={groups().first} />
          <DraftGroup title={t('articles.drafts_revising')} rows={groups().revising} />
          <DraftGroup title={t('articles.drafts_others')} rows={groups().others} />
        </Show>
      </Show>
    </Page>
  )
}

function DraftGroup(props: { title: string; rows: readonly Stored<DraftRow>[] }): JSX.Element {
  const core = useCore()
  const { t, lang, date } = useI18n()
  const members = useMembers(() => props.rows.flatMap((row) => row.data.authorIds))
  const othersOf = (draft: DraftRow): string =>
    draft.authorIds
      .filter((id) => id !== core.session.viewer().id)
      .flatMap((id) => members().get(id)?.name ?? [])
      .join(lang() === 'zh' ? '、' : ', ')
  return (
    <Show when={props.rows.length > 0}>
      <Section title={props.title}>
        <List>
          <For each={props.rows}>
            {(row) => (
              <ListRow
                href={`/write/${row.id}`}
                title={
                  <span lang={row.data.title ? row.data.lang : undefined}>
                    {row.data.title || t('articles.draft_untitled')}
                  </span>
                }
                meta={
                  <>
                    <Time at={row.data.updatedAt} locale={lang()} />
                    <Show when={row.data.scheduled}>
                      {(plan) => (
                        <Badge tone={plan().failed ? 'danger' : 'accent'}>
                          {t(plan().failed ? 'articles.schedule_failed_short' : 'articles.scheduled_for', {
                            date: date(plan().at, 'full'),
                          })}
                        </Badge>
                      )}
                    </Show>
                    <Show when={othersOf(row.data)}>
                      {(names) => <span>{t('articles.draft_with', { names: names() })}</span>}
                    </Show>
                    <Show when={row.pending}>
                      <StateWord state="device" word={t('core.state_device')} />
                    </Show>
                  </>
                }
              />
            )}
          </For>
        </List>
      </Section>
    </Show>
  )
}
