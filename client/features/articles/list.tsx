/** All articles: newest first, narrowed by words and tags on the device. */
import { useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from 'solid-js'
import { useAddress } from '#client/core/address.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useKept } from '#client/core/kept.ts'
import { useTitle } from '#client/core/title.ts'
import { useLocked } from '#client/parts/locked.ts'
import { NewRows } from '#client/parts/new-rows.tsx'
import { createSteady } from '#client/parts/steady.ts'
import { BookIcon, EditIcon, SearchIcon } from '#client/ui/icons.tsx'
import {
  Button,
  EmptyState,
  LinkButton,
  List,
  Muted,
  Page,
  Row,
  Skeleton,
  Stack,
  Tag,
  Tags,
  TextInput,
} from '#client/ui/index.ts'
import { type ArticleRow, canWrite } from '#shared/features/articles.ts'
import { ArticleItem } from './article-item.tsx'
import styles from './articles.module.css'
import { useReading } from './reading.ts'
import { matches, tagsOf } from './search.ts'
import { useLastVisit } from './visit.ts'

/** Rows drawn at first, and added by each "show more". */
const step = 30
const tagsShown = 12

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [address] = useAddress<{ q: string }>()
  const [search, setSearch] = useSearchParams<{ tag?: string | string[] }>()
  useTitle(() => t('articles.title'))

  const rows = core.feed.rows('articles', () => ({ by: 'publishedAt', reverse: true }))
  const reading = useReading()
  const locked = useLocked()
  const lastVisit = useLastVisit()
  const query = (): string => address.q ?? ''
  const tags = createMemo(() => [search.tag ?? []].flat())
  const allTags = createMemo(() => tagsOf((rows() ?? []).map((row) => row.data)))
  const found = createMemo(() => (rows() ?? []).filter((row) => matches(row.data, query(), tags())))

  const steady = createSteady(() => rows() && found(), {
    holds: core.feed.ready,
    isOwn: ({ pending, data }) => pending || data.authorId === core.session.viewer().id,
    question: () => [query(), ...tags()].join(' '),
  })
  const listed = (): Stored<ArticleRow>[] => steady.rows() ?? []
  const [shown, setShown] = useKept('shown', step)
  createEffect(on([query, tags], () => setShown(step), { defer: true }))
  const toggle = (tag: string, chosen: boolean): void => {
    const others = tags().filter((one) => one !== tag)
    setSearch({ tag: chosen ? [...others, tag] : others })
  }

  return (
    <Page
      title={t('articles.title')}
      lead={t('articles.lead')}
      actions={
        <Show when={canWrite(core.session.viewer())}>
          <LinkButton href="/write">
            <EditIcon />
            {t('articles.write')}
          </LinkButton>
        </Show>
      }
    >
      <Show
        when={rows() !== undefined && (core.feed.ready() || rows()!.length > 0)}
        fallback={<Skeleton label={t('articles.loading')} lines={6} />}
      >
        <Show
          when={rows()!.length > 0}
          fallback={
            <EmptyState icon={BookIcon} title={t('articles.none')}>
              {t('articles.none_text')}
            </EmptyState>
          }
        >
          <Stack gap="snug">
            <TextInput
              label={t('articles.search')}
              hideLabel
              type="search"
              icon={SearchIcon}
              placeholder={t('articles.search')}
              value={query()}
              onInput={(event) => setSearch({ q: event.currentTarget.value }, { replace: true })}
            />
            <TagFilter all={allTags()} chosen={tags()} onToggle={toggle} />
          </Stack>
          <div class="visually-hidden" aria-live="polite">
            {query() !== '' || tags().length > 0 ? t('articles.found', { count: found().length }) : ''}
          </div>
          <Show
            when={listed().length > 0}
            fallback={
              <EmptyState
                icon={SearchIcon}
                title={t('articles.none_match')}
                actions={
                  <Button onClick={() => setSearch({ q: undefined, tag: undefined })}>
                    {t('articles.clear')}
                  </Button>
                }
              >
                {t('articles.none_match_text')}
              </EmptyState>
            }
          >
            <div>
              <NewRows
                count={steady.news()}
                label={t('articles.news_above', { count: steady.news() })}
                onShow={steady.refresh}
              />
              <List label={t('articles.list')}>
                <For each={listed().slice(0, shown())}>
                  {(row) => (
                    <ArticleItem
                      row={row}
                      position={reading.positions()?.get(row.id)}
                      isNew={isNew(row, lastVisit())}
                      locked={locked(row)}
                    />
                  )}
                </For>
              </List>
            </div>
            <Row between>
              <Show when={listed().length > shown()} fallback={<span />}>
                <Button onClick={() => setShown(shown() + step)}>{t('articles.more')}</Button>
              </Show>
              <Muted>
                {/* The browser fetches it: a feed is no page of the app. */}
                <a href="/feed.xml" rel="external">
                  {t('articles.feed')}
                </a>
              </Muted>
            </Row>
          </Show>
        </Show>
      </Show>
    </Page>
  )
}

function isNew(row: Stored<ArticleRow>, lastVisit: number | undefined): boolean {
  return lastVisit !== undefined && row.data.publishedAt > lastVisit && !row.pending
}

interface TagFilterProps {
  all: readonly string[]
  chosen: readonly string[]
  onToggle: (tag: string, chosen: boolean) => void
}

/** The commonest tags as toggles, all of them on request; chosen ones are always there. */
function TagFilter(props: TagFilterProps): JSX.Element {
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  const tags = createMemo(() => {
    const first = open() ? props.all : props.all.slice(0, tagsShown)
    return [...first, ...props.chosen.filter((tag) => !first.includes(tag))]
  })
  return (
    <Show when={props.all.length > 0}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend */}
      <div role="group" class={styles.tagFilter} aria-label={t('articles.tags')}>
        <Tags>
          <For each={tags()}>
            {(tag) => (
              <Tag pressed={props.chosen.includes(tag)} onToggle={(pressed) => props.onToggle(tag, pressed)}>
                {tag}
              </Tag>
            )}
          </For>
          <Show when={props.all.length > tagsShown}>
            <Button small variant="quiet" aria-expanded={open()} onClick={() => setOpen(!open())}>
              {t(open() ? 'articles.tags_fewer' : 'articles.tags_more')}
            </Button>
          </Show>
        </Tags>
      </div>
    </Show>
  )
}
