import { useNavigate } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useAddress } from '#client/core/address.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useKept } from '#client/core/kept.ts'
import { Panel } from '#client/core/panels.ts'
import { useShortcuts } from '#client/core/shortcuts.ts'
import { useTitle } from '#client/core/title.ts'
import { NewRows } from '#client/parts/new-rows.tsx'
import { createSteady } from '#client/parts/steady.ts'
import { CheckCircleIcon, DiscussIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Button,
  EmptyState,
  LinkButton,
  List,
  Page,
  Row,
  Skeleton,
  Stack,
  Tag,
  Tags,
} from '#client/ui/index.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { WordKey } from '#shared/words/index.ts'
import { MentionsList } from './mentions.tsx'
import { type Reading, unreadOf, useReader, useReading } from './reading.ts'
import { ThreadItem } from './thread-item.tsx'

const filters = ['all', 'unread', 'talk', 'questions', 'unanswered', 'mentions'] as const
type Filter = (typeof filters)[number]

const filterWords = {
  all: 'discussions.filter_all',
  unread: 'discussions.filter_unread',
  talk: 'discussions.filter_talk',
  questions: 'discussions.filter_questions',
  unanswered: 'discussions.filter_unanswered',
  mentions: 'discussions.mentions',
} as const satisfies Record<Filter, WordKey>

const step = 40

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  useTitle(() => t('discussions.title'))
  useShortcuts([
    { keys: 'c', word: 'frame.key_new_thread', group: 'page', run: () => navigate('/discuss/new') },
  ])
  const [query, setQuery] = useAddress<{ show?: Filter; tag?: string }>()
  const threads = core.feed.rows('threads', () => ({ by: 'lastPostAt', reverse: true }))
  const reading = useReading()
  const reader = useReader()
  const [shown, setShown] = useKept('shown', step)
  const filter = (): Filter => filters.find((name) => name === query.show) ?? 'all'

  const found = createMemo((): Stored<ThreadRow>[] => {
    const positions = reading.positions()
    return (threads() ?? []).filter(({ data: thread }) => {
      if (query.tag && !thread.tags.includes(query.tag)) return false
      switch (filter()) {
        case 'all':
          return true
        case 'unread':
          return unreadOf(thread, positions, reader()).unread
        case 'talk':
          return thread.kind === 'talk'
        case 'questions':
          return thread.kind === 'question'
        default:
          return thread.kind === 'question' && thread.acceptedPostId === null
      }
    })
  })
  const me = (): string => core.session.viewer().id ?? ''
  const myName = (): string => core.session.info().member?.name ?? ''
  const steady = createSteady(() => threads() && found(), {
    holds: core.feed.ready,
    isOwn: ({ pending, data }) =>
      pending || (data.lastPostBy === myName() && (data.posts > 1 || data.authorId === me())),
    rank: ({ data }) => data.lastPostAt,
    question: () => [query.show, query.tag],
  })
  const rows = (): Stored<ThreadRow>[] => steady.rows() ?? []
  return (
    <Page
      title={t('discussions.title')}
      lead={t('discussions.lead')}
      actions={
        <LinkButton variant="primary" href="/discuss/new">
          <PlusIcon />
          {t('discussions.new')}
        </LinkButton>
      }
    >
      <Stack>
        <Tags strip>
          <Show when={query.tag}>
            {(tag) => (
              <Tag pressed onToggle={() => setQuery({ tag: undefined })}>
                {t('discussions.filter_tag', { tag: tag() })} ×
              </Tag>
            )}
          </Show>
          <For each={filters}>
            {(name) => (
              <Tag
                pressed={filter() === name}
                onToggle={() => {
                  setShown(step)
                  setQuery({ show: name === 'all' ? undefined : name })
                }}
              >
                {t(filterWords[name])}
              </Tag>
            )}
          </For>
        </Tags>
        <Panel name="moderation.held" />
        <Show when={filter() !== 'mentions'} fallback={<MentionsList limit={100} />}>
          <Show
            when={threads() && (core.feed.ready() || threads()!.length > 0)}
            fallback={<Skeleton label={t('discussions.loading')} lines={8} />}
          >
            <Show
              when={rows().length > 0}
              fallback={
                <Show
                  when={threads()?.length === 0}
                  fallback={
                    <EmptyState
                      icon={filter() === 'unread' ? CheckCircleIcon : DiscussIcon}
                      title={t(
                        filter() === 'unread' && !query.tag
                          ? 'discussions.none_unread'
                          : 'discussions.none_match',
                      )}
                      actions={
                        <Button onClick={() => setQuery({ show: undefined, tag: undefined })}>
                          {t('discussions.filter_clear')}
                        </Button>
                      }
                    />
                  }
                >
                  <EmptyState icon={DiscussIcon} title={t('discussions.none')}>
                    {t('discussions.none_text')}
                  </EmptyState>
                </Show>
              }
            >
              <div>
                <NewRows
                  count={steady.news()}
                  label={t('discussions.news_above', { count: steady.news() })}
                  onShow={steady.refresh}
                />
                <ThreadList threads={rows().slice(0, shown())} reading={reading} reader={reader()} />
              </div>
              <Show when={rows().length > shown()}>
                <Row>
                  <Button onClick={() => setShown(shown() + step)}>{t('discussions.more')}</Button>
                </Row>
              </Show>
            </Show>
          </Show>
        </Show>
      </Stack>
    </Page>
  )
}

export function ThreadList(props: {
  threads: readonly Stored<ThreadRow>[]
  reading: Reading
  reader: { id: string; since: number } | undefined
  /** On the page of their subject, threads do not name it again. */
  plain?: boolean
}): JSX.Element {
  const { t } = useI18n()
  return (
    <List label={t('discussions.list')}>
      <For each={props.threads}>
        {(row) => (
          <ThreadItem
            thread={row.data}
            pending={row.pending}
            plain={props.plain}
            unread={unreadOf(row.data, props.reading.positions(), props.reader)}
          />
        )}
      </For>
    </List>
  )
}
