/** One post: who, when, what, how it stands, and what its reader may do with it. */
import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { CheckCircleIcon, FlagIcon, MoreIcon, QuoteIcon, ReplyIcon, SmileIcon } from '#client/ui/icons.tsx'
import { Avatar, Badge, classes, IconButton, Markdown, Menu, type MenuItem, Time } from '#client/ui/index.ts'
import { holds, type Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  canAccept,
  canDeletePost,
  canEditPost,
  isAnswer,
  mentionPattern,
  type Reaction,
  reactions,
  type ThreadRow,
} from '#shared/features/discussions.ts'
import { PostEditor } from './composer.tsx'
import styles from './discussions.module.css'
import type { DrawnPost } from './drawn.ts'
import { PollView } from './poll.tsx'
import { selectionIn } from './quote.ts'
import { reactionWords } from './reaction-words.ts'

export interface PostActions {
  reply(post: DrawnPost): void
  quote(post: DrawnPost, text: string): void
  edit(post: DrawnPost): void
  save(post: DrawnPost, body: string): Promise<void>
  stopEditing(): void
  remove(post: DrawnPost): void
  discard(post: DrawnPost): void
  react(post: DrawnPost, reaction: Reaction, on: boolean): void
  accept(post: DrawnPost, on: boolean): void
  history(post: DrawnPost): void
  copyLink(post: DrawnPost): void
  /** Absent: the community does not use moderation. */
  report?(post: DrawnPost): void
  takeDown?(post: DrawnPost): void
}

export interface PostProps {
  post: DrawnPost
  thread: Pick<ThreadRow, 'id' | 'authorId' | 'kind' | 'acceptedPostId'>
  viewer: Viewer
  actions: PostActions
  memberOf: (id: string) => MemberRow | undefined
  /** The post that this one answers, when it is at hand. */
  answered: DrawnPost | undefined
  editing: boolean
  /** Shown a second time (the accepted answer): without anchor and actions. */
  copy?: boolean
  marked?: boolean
  /** Far from what the reader sees, it is plain text without tools: hundreds of posts then open at once. */
  far?: boolean
  ref?: (element: HTMLElement) => void
}

export function PostView(props: PostProps): JSX.Element {
  const { t, lang } = useI18n()
  const pictures = usePictures(() => props.post.body)
  let body: HTMLDivElement | undefined
  const name = (): string =>
    props.memberOf(props.post.authorId)?.name || props.post.authorName || t('discussions.someone')
  const handle = (): string | undefined => props.memberOf(props.post.authorId)?.handle
  const accepted = (): boolean => props.thread.acceptedPostId === props.post.id
  const title = (): string =>
    props.post.number > 0
      ? t('discussions.post_by', { number: props.post.number, name: name() })
      : t('discussions.post_pending')
  const settled = (): boolean =>
    props.post.deletedAt === null && props.post.hiddenAt === null && !props.editing
  /** Not in the document yet: nothing can be done with it but by its author. */
  const making = (): boolean => props.post.making !== null

  return (
    <article
      ref={(element) => props.ref?.(element)}
      id={props.copy || props.post.number === 0 ? undefined : `p${props.post.number}`}
      class={classes(
        styles.post,
        making() && styles.making,
        accepted() && !props.copy && styles.accepted,
        props.marked && styles.marked,
        props.copy && styles.copy,
      )}
      aria-label={title()}
      tabindex="-1"
      data-post={props.post.id}
    >
      <div class={styles.face}>
        <Avatar name={name()} id={props.post.authorId} />
      </div>
      <div class={styles.content}>
        <header class={styles.head}>
          <h3 class={styles.author}>
            <Show when={handle()} fallback={name()}>
              {(at) => <a href={`/members/${at()}`}>{name()}</a>}
            </Show>
          </h3>
          <span class={styles.when}>
            <Time at={props.post.at} locale={lang()} />
            <Show when={props.post.number > 0}>
              <a
                class={styles.number}
                href={`#p${props.post.number}`}
                aria-label={t('discussions.link', { number: props.post.number })}
              >
                #{props.post.number}
              </a>
            </Show>
            <Show when={props.post.edits > 0 && props.post.deletedAt === null}>
              <button type="button" class={styles.edited} onClick={() => props.actions.history(props.post)}>
                {t('discussions.edited_times', { count: props.post.edits })}
              </button>
            </Show>
          </span>
          <span class={styles.state}>
            <Show when={accepted() && !props.copy}>
              <Badge tone="accent">
                <span class={styles.mark}>
                  <CheckCircleIcon />
                  {t('discussions.accepted')}
                </span>
              </Badge>
            </Show>
            <Show when={props.post.making ?? props.post.changing}>
              {(entry) => <ActWord entry={entry()} />}
            </Show>
          </span>
        </header>
        <Show when={props.post.replyTo !== null && !props.copy}>
          <InReply answered={props.answered} memberOf={props.memberOf} />
        </Show>
        <Show
          when={props.post.deletedAt === null && props.post.hiddenAt === null}
          fallback={
            <>
              <p class={styles.deleted}>{t(whyAbsent(props.post))}</p>
              <Show when={props.post.hiddenAt !== null && props.viewer.id === props.post.authorId}>
                <Panel name="moderation.own_text" target={`post:${props.post.id}`} />
              </Show>
            </>
          }
        >
          <Show
            when={!props.editing}
            fallback={
              <PostEditor
                body={editedBody(props.post)}
                onSave={(text) => props.actions.save(props.post, text)}
                onCancel={() => props.actions.stopEditing()}
              />
            }
          >
            <div ref={body} class={props.far ? styles.far : undefined}>
              <Show when={!props.far} fallback={props.post.body}>
                <Markdown
                  text={props.post.body}
                  labels={markdownLabels(t)}
                  size="post"
                  headingShift={3}
                  idPrefix={`p${props.post.number}-`}
                  linkText={mentionLinks}
                  resolveImage={pictures.resolve}
                />
              </Show>
            </div>
          </Show>
          <Show when={!props.editing && !props.copy && props.post.poll}>
            {(poll) => (
              <PollView
                threadId={props.thread.id}
                postId={props.post.id}
                authorId={props.post.authorId}
                poll={poll()}
                waiting={making()}
              />
            )}
          </Show>
        </Show>
        <Show when={!props.editing}>
          <Show when={refusedText(props.post)}>
            {(text) => (
              <blockquote class={styles.refused}>
                <Markdown text={text()} labels={markdownLabels(t)} size="post" headingShift={3} />
              </blockquote>
            )}
          </Show>
          <Undecided
            entry={needsDecision(props.post.making) ? props.post.making : props.post.changing}
            onEdit={isRewritable(props.post) ? () => props.actions.edit(props.post) : undefined}
          />
        </Show>
        <Show when={settled() && !props.copy && props.viewer.id !== null}>
          <footer class={styles.foot}>
            <Show when={!props.far}>
              <Reactions
                post={props.post}
                viewer={props.viewer}
                onReact={props.actions.react}
                disabled={making()}
              />
              <div class={styles.tools}>
                <IconButton
                  small
                  icon={ReplyIcon}
                  label={t('discussions.reply')}
                  onClick={() => props.actions.reply(props.post)}
                />
                <IconButton
                  small
                  icon={QuoteIcon}
                  label={t('discussions.quote')}
                  onClick={() => props.actions.quote(props.post, selectionIn(body) || props.post.body)}
                />
                <Show when={itemsFor(props, t).length > 0}>
                  <Menu small icon={MoreIcon} label={t('discussions.actions')} items={itemsFor(props, t)} />
                </Show>
              </div>
            </Show>
          </footer>
        </Show>
      </div>
    </article>
  )
}

const mentionLinks = {
  pattern: mentionPattern,
  href: (match: RegExpMatchArray): string => `/members/${match[1]!.toLowerCase()}`,
}

/** A refused edit is taken up where it was left, not at the text that it failed to replace. */
function editedBody(post: DrawnPost): string {
  return refusedText(post) ?? post.body
}

function whyAbsent(post: DrawnPost): 'discussions.hidden' | 'discussions.deleting' | 'discussions.deleted' {
  if (isBeingDeleted(post)) return 'discussions.deleting'
  return post.deletedAt === null ? 'discussions.hidden' : 'discussions.deleted'
}

function isBeingDeleted(post: DrawnPost): boolean {
  return post.changing?.name === 'discussions.delete_post' && post.changing.state !== 'refused'
}

/** What an edit said that was not accepted: it stays in sight until its author decides. */
function refusedText(post: DrawnPost): string | undefined {
  const entry = post.changing
  if (entry?.name !== 'discussions.edit_post' || entry.state !== 'refused') return undefined
  return (entry.input as { body: string }).body
}

/** Can what was refused be written anew in the post's place? */
function isRewritable(post: DrawnPost): boolean {
  const entry = needsDecision(post.making) ? post.making : post.changing
  const writes = ['discussions.open_thread', 'discussions.post', 'discussions.edit_post']
  return entry !== null && post.deletedAt === null && writes.includes(entry.name)
}

function itemsFor(props: PostProps, t: ReturnType<typeof useI18n>['t']): MenuItem[] {
  const { post, thread, viewer, actions } = props
  const items: MenuItem[] = []
  if (thread.kind === 'question' && canAccept(viewer, thread) && isAnswer(post) && post.making === null) {
    const accepted = thread.acceptedPostId === post.id
    items.push({
      label: t(accepted ? 'discussions.unaccept' : 'discussions.accept'),
      icon: CheckCircleIcon,
      onSelect: () => actions.accept(post, !accepted),
    })
  }
  if (post.number > 0) {
    items.push({ label: t('discussions.link_copy'), onSelect: () => actions.copyLink(post) })
  }
  if (post.edits > 0) items.push({ label: t('discussions.history'), onSelect: () => actions.history(post) })
  if (canEditPost(viewer, post) && !needsDecision(post.making)) {
    items.push({ label: t('discussions.edit'), onSelect: () => actions.edit(post) })
  }
  const { report, takeDown } = actions
  if (post.number > 0 && post.authorId !== viewer.id) {
    if (report) items.push({ label: t('moderation.report'), icon: FlagIcon, onSelect: () => report(post) })
    if (takeDown && holds(viewer, 'moderator'))
      items.push({ label: t('moderation.take_down'), danger: true, onSelect: () => takeDown(post) })
  }
  if (post.making?.state === 'device') {
    items.push({ label: t('core.act_discard'), danger: true, onSelect: () => actions.discard(post) })
  } else if (
    canDeletePost(viewer, post) &&
    post.making === null &&
    !(takeDown && post.authorId !== viewer.id)
  ) {
    items.push({ label: t('discussions.delete'), danger: true, onSelect: () => actions.remove(post) })
  }
  return items
}

function InReply(props: {
  answered: DrawnPost | undefined
  memberOf: (id: string) => MemberRow | undefined
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.answered}>
      {(post) => (
        <p class={styles.inReply}>
          <ReplyIcon />
          <Show
            when={post().deletedAt === null && post().hiddenAt === null}
            fallback={t('discussions.in_reply_gone')}
          >
            <Show when={post().number > 0} fallback={t('discussions.replying_pending')}>
              <a href={`#p${post().number}`}>
                {t('discussions.in_reply', {
                  name: props.memberOf(post().authorId)?.name ?? post().authorName,
                  number: post().number,
                })}
              </a>
            </Show>
          </Show>
        </p>
      )}
    </Show>
  )
}

function Reactions(props: {
  post: DrawnPost
  viewer: Viewer
  onReact: PostActions['react']
  disabled: boolean
}): JSX.Element {
  const { t } = useI18n()
  const given = (reaction: Reaction): readonly string[] => props.post.reactions[reaction] ?? []
  const mine = (reaction: Reaction): boolean =>
    props.viewer.id !== null && given(reaction).includes(props.viewer.id)
  return (
    <div class={styles.reactions}>
      <For each={reactions.filter((reaction) => given(reaction).length > 0)}>
        {(reaction) => (
          <button
            type="button"
            class={styles.reaction}
            aria-pressed={mine(reaction)}
            aria-label={t('discussions.reaction_given', {
              name: t(reactionWords[reaction]),
              count: given(reaction).length,
            })}
            title={t(reactionWords[reaction])}
            disabled={props.disabled}
            onClick={() => props.onReact(props.post, reaction, !mine(reaction))}
          >
            <span aria-hidden="true">{reaction}</span>
            <span aria-hidden="true">{given(reaction).length}</span>
          </button>
        )}
      </For>
      <Show when={!props.disabled}>
        <Menu
          small
          icon={SmileIcon}
          label={t('discussions.react')}
          items={reactions.map((reaction) => ({
            label: `${reaction} ${t(reactionWords[reaction])}`,
            onSelect: () => props.onReact(props.post, reaction, !mine(reaction)),
          }))}
        />
      </Show>
    </div>
  )
}
