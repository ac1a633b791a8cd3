/** The reading view: an article, where one is in it, and what others say about it. */
import { useLocation, useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord } from '#client/parts/act.tsx'
import { BodyGate } from '#client/parts/body-gate.tsx'
import { Contents } from '#client/parts/contents.tsx'
import { SaveButton } from '#client/parts/save-button.tsx'
import { BackIcon, BookIcon, LockIcon } from '#client/ui/icons.tsx'
import {
  EmptyState,
  type Heading,
  LinkButton,
  Page,
  preloadMarkdown,
  Skeleton,
  Stack,
  Tag,
  Tags,
} from '#client/ui/index.ts'
import { type ArticleRow, articlePath, minutesOf, openingOf } from '#shared/features/articles.ts'
import { ArticleActions } from './article-actions.tsx'
import { ArticleBody } from './article-body.tsx'
import styles from './articles.module.css'
import { decoded, useArticle, usePublication } from './find.ts'
import { markOf } from './locked.ts'

/** How long what stands under a text waits for it, milliseconds: the text may be locked, or not on the device. */
const patience = 800

export function ArticlePage(): JSX.Element {
  // While its text is looked for on the device.
  void preloadMarkdown()
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string }>()
  const location = useLocation()
  const navigate = useNavigate()
  const slug = (): string => decoded(params.slug)
  const article = useArticle(slug)
  useTitle(() => article()?.data.title)

  // Found by its id, and the server has chosen an address since. Not the former row, a moment longer, under a new address.
  createEffect(() => {
    const found = article()
    if (found && !found.pending && found.id === slug() && found.data.slug !== slug()) {
      navigate(articlePath(found.data) + location.hash, { replace: true, scroll: false })
    }
  })
  const id = createMemo(() => article()?.id)
  return (
    <Show
      when={id()}
      keyed
      fallback={
        <Page width="text" back={{ href: '/read', label: t('articles.back') }}>
          <Show
            when={article() === null && core.feed.ready()}
            fallback={<Skeleton label={t('articles.loading_one')} lines={8} />}
          >
            <Unknown />
          </Show>
        </Page>
      }
    >
      {(articleId) => <Article id={articleId} row={article()!} />}
    </Show>
  )
}

function Unknown(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const isGuest = (): boolean => core.session.viewer().id === null
  return (
    <EmptyState
      icon={BookIcon}
      title={t('articles.unknown')}
      actions={
        <Show when={isGuest()} fallback={<LinkButton href="/read">{t('articles.back')}</LinkButton>}>
          <LinkButton variant="primary" href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
            {t('articles.sign_in')}
          </LinkButton>
        </Show>
      }
    >
      {t(isGuest() ? 'articles.unknown_guest' : 'articles.unknown_text')}
    </EmptyState>
  )
}

function Article(props: { id: string; row: Stored<ArticleRow> }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const article = (): ArticleRow => props.row.data
  const publication = usePublication(() => props.id)
  const text = core.feed.row('article_texts', () => props.id)
  // Rows of before there were texts apart say no opening.
  const isOwn = (): boolean => {
    const mine = article().authorId !== null && article().authorId === core.session.viewer().id
    return mine || publication() !== undefined || !('opening' in article())
  }
  const [headings, setHeadings] = createSignal<Heading[]>([])
  const [drawn, setDrawn] = createSignal(false)
  const waiting = setTimeout(() => setDrawn(true), patience)
  onCleanup(() => clearTimeout(waiting))
  return (
    <Page width="full">
      <div class={styles.layout}>
        <article class={styles.article}>
          <a class={styles.back} href="/read">
            <BackIcon />
            {t('articles.back')}
          </a>
          <header class={styles.head}>
            <h1 lang={article().lang}>{article().title}</h1>
            <Show when={article().description}>
              <p class={styles.lead} lang={article().lang}>
                {article().description}
              </p>
            </Show>
            <div class={styles.about}>
              <Facts id={props.id} article={article()} />
              <SaveButton item={`article:${props.id}`} title={article().title} />
            </div>
            <ArticleActions id={props.id} article={article()} pending={props.row.pending} />
            <Panel name="moderation.held" about={props.id} />
            <Show when={publication()}>
              {(entry) => (
                <p class={styles.pending}>
                  {t('articles.pending')} <ActWord entry={entry()} />
                </p>
              )}
            </Show>
          </header>
          <Contents headings={headings()} label={t('articles.contents')} narrow />
          <BodyGate
            item={`article:${props.id}`}
            title={article().title}
            opening={openingOf(article())}
            preview={article().preview}
            lang={article().lang}
            text={text()}
            own={isOwn()}
          >
            <Panel name="media.player" subject={`article:${props.id}`} title={article().title} />
            <ArticleBody
              id={props.id}
              lang={article().lang}
              pendingText={publication()?.input.body as string | undefined}
              onHeadings={(found) => {
                setHeadings(found)
                setDrawn(true)
              }}
            />
            <Panel name="media.files" subject={`article:${props.id}`} />
          </BodyGate>
          <Show when={drawn()}>
            <Panel name="moderation.actions" target={`article:${props.id}`} authorId={article().authorId} />
            <Stack gap="loose">
              <Panel name="recommendations.related" itemId={`article:${props.id}`} />
              <Panel name="discussions.under" subject={`article:${props.id}`} title={article().title} />
            </Stack>
          </Show>
        </article>
        <Contents headings={headings()} label={t('articles.contents')} />
      </div>
    </Page>
  )
}

/** Who, when, how long, about what. */
function Facts(props: { id: string; article: ArticleRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const author = core.feed.row('members', () => props.article.authorId ?? undefined)
  const day = (at: number): string => date(at, 'day')
  return (
    <div class={styles.facts}>
      <Show when={props.article.authorName}>
        <Show when={author()} fallback={<span class={styles.byline}>{props.article.authorName}</span>}>
          {(member) => (
            <a class={styles.byline} href={`/members/${member().data.handle}`}>
              {props.article.authorName}
            </a>
          )}
        </Show>
      </Show>
      <time datetime={new Date(props.article.publishedAt).toISOString()}>
        {day(props.article.publishedAt)}
      </time>
      <Show when={day(props.article.updatedAt) !== day(props.article.publishedAt)}>
        <span>{t('articles.updated', { date: day(props.article.updatedAt) })}</span>
      </Show>
      <span>{t('articles.minutes', { count: minutesOf(props.article) })}</span>
      <Show when={markOf(openingOf(props.article), false, '')}>
        {(mark) => (
          <span class={styles.mark}>
            <LockIcon />
            {t(mark())}
          </span>
        )}
      </Show>
      <Panel name="growth.honour" subject={`article:${props.id}`} />
      <Show when={props.article.tags.length > 0}>
        <Tags>
          <For each={props.article.tags}>
            {(tag) => <Tag href={`/read?tag=${encodeURIComponent(tag)}`}>{tag}</Tag>}
          </For>
        </Tags>
      </Show>
    </div>
  )
}
