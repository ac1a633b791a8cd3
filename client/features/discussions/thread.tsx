/**
 * A thread as one scroll. Pages are opened as the reader comes near them; what arrives below while someone reads
 * waits behind "N new posts", so that nothing moves under their eyes; how far they have read is shared by their devices.
 */
import { useLocation, useNavigate, useParams } from '@solidjs/router'
import { createComputed, createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel, panelOf } from '#client/core/panels.ts'
import { type Shortcut, useShortcuts } from '#client/core/shortcuts.ts'
import { useTitle } from '#client/core/title.ts'
import { SaveButton } from '#client/parts/save-button.tsx'
import {
  Badge,
  Button,
  createConfirm,
  EmptyState,
  Meta,
  Page,
  preloadMarkdown,
  Skeleton,
} from '#client/ui/index.ts'
import { pageOf, type ThreadRow, threadRoom } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { AcceptedAnswer } from './accepted.tsx'
import { createActions } from './actions.ts'
import { Composer, type PostDraft } from './composer.tsx'
import styles from './discussions.module.css'
import { createDraft } from './draft.ts'
import { type DrawnPost, drawnPosts } from './drawn.ts'
import { History } from './history.tsx'
import { LeftOver } from './left-over.tsx'
import { useMembers } from './members.ts'
import { openedThread } from './overlays.ts'
import { usePages } from './pages.ts'
import { PostView } from './post.tsx'
import { useReading } from './reading.ts'
import { createWatcher, MorePages } from './sight.tsx'
import { SubjectLine } from './subject.tsx'
import { Topics } from './topics.tsx'

export function ThreadPage(): JSX.Element {
  void preloadMarkdown()
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <Thread id={id} />}
    </Show>
  )
}

/** Threads of up to this many posts are drawn whole; in longer ones what is far off follows as the reader nears it. */
const drawnWhole = 40

function Thread(props: { id: string }): JSX.Element {
  // One thread for the life of this component: its page is keyed by the id.
  // eslint-disable-next-line solid/reactivity
  const id = props.id
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const viewer = core.session.viewer

  const row = core.feed.row('threads', () => id)
  const entries = core.commands.waitingFor(() => threadRoom(id))
  const opening = createMemo(() => entries().find((entry) => entry.name === 'discussions.open_thread'))
  /** The row, or what the member wrote when the server refused to open the thread. */
  const thread = createMemo((): ThreadRow | undefined => {
    const found = row()?.data
    if (found) return found
    const input = opening()?.input as CommandInput<'discussions.open_thread'> | undefined
    return input && openedThread(input, { id: viewer().id ?? '', name: '' }, opening()?.at ?? 0)
  })
  useTitle(() => thread()?.title ?? t('discussions.title'))

  const hashNumber = (): number => Number(/^#p(\d+)$/.exec(location.hash)?.[1] ?? 0)
  const reading = useReading()
  const [lineAfter, setLineAfter] = createSignal<number>()
  createComputed(() => {
    const positions = reading.positions()
    if (positions && lineAfter() === undefined) setLineAfter(positions.get(id) ?? 0)
  })

  // A room is there once the server has said yes to opening the thread.
  const pageCount = createMemo(() => {
    const maker = opening()
    if (maker) return maker.state === 'saved' ? 1 : 0
    return row()?.data.sequences.length ?? 0
  })
  const [upTo, setUpTo] = createSignal(1)
  createComputed(() => {
    const target = pageOf(Math.max(hashNumber(), (lineAfter() ?? 0) + 1, 1))
    if (target > upTo()) setUpTo(target)
  })
  const shownPages = createMemo(() => Math.min(upTo(), pageCount()))
  const pages = usePages(id, () => {
    const wanted = Array.from({ length: shownPages() }, (_, index) => index + 1)
    const accepted = row()?.data.acceptedNumber
    const page = accepted ? pageOf(accepted) : 0
    return page > wanted.length && page <= pageCount() ? [...wanted, page] : wanted
  })

  const me = createMemo(() => {
    const member = core.session.info().member
    return member ? { id: member.id, name: member.name } : null
  })
  const drawn = createMemo(() => drawnPosts(pages.posts(), entries(), me()))
  const memberOf = useMembers(() => drawn().map((post) => post.authorId))

  const morePages = createMemo(() => shownPages() < pageCount())
  // What others add below waits for a click, from the moment that the whole thread is as the server has it.
  const [shownUpTo, setShownUpTo] = createSignal(Number.POSITIVE_INFINITY)
  const newest = createMemo(() => drawn().reduce((most, post) => Math.max(most, post.number), 0))
  createEffect(() => {
    if (!morePages() && pages.synced() && shownUpTo() === Number.POSITIVE_INFINITY) setShownUpTo(newest())
  })
  createComputed(() => {
    const own = drawn().filter((post) => post.number > shownUpTo() && post.authorId === viewer().id)
    const last = own.at(-1)
    if (last) setShownUpTo(last.number)
  })
  const inPages = (post: DrawnPost): boolean => post.number === 0 || pageOf(post.number) <= shownPages()
  const hidden = createMemo(() => drawn().filter((post) => inPages(post) && post.number > shownUpTo()))
  const [store, setStore] = createStore<{ posts: DrawnPost[] }>({ posts: [] })
  createComputed(() => {
    const visible = drawn().filter((post) => inPages(post) && post.number <= shownUpTo())
    setStore('posts', reconcile(visible, { key: 'id' }))
  })
  const showNew = (): void => {
    const first = hidden()[0]
    setShownUpTo(newest())
    if (first) jumpTo(first.number)
  }

  const firstUnread = createMemo(() => {
    const after = lineAfter() ?? 0
    if (after === 0) return undefined
    return store.posts.find((post) => post.number > after && post.authorId !== viewer().id)?.id
  })

  /** Then it need not be shown twice. */
  const answerIsNext = (): boolean =>
    store.posts[1] !== undefined && store.posts[1].id === thread()?.acceptedPostId

  /** Where the reader begins: at the post of the address, else at the first unread one. */
  const startsAt = createMemo(() => hashNumber() || (lineAfter() ?? 0) + 1)
  const jumpTo = (number: number): void => {
    requestAnimationFrame(() => {
      const element = document.getElementById(`p${number}`)
      element?.scrollIntoView({ block: 'start' })
      element?.focus({ preventScroll: true })
    })
  }
  // The post to go to, as soon as it is drawn.
  const [goal, setGoal] = createSignal(0)
  createEffect(() => {
    const number = goal()
    if (number === 0 || !store.posts.some((post) => post.number === number)) return
    setGoal(0)
    void preloadMarkdown().then(() => jumpTo(number))
  })
  createEffect(() => setGoal(hashNumber()))
  // Where the row says that there is more than this device has yet, the first unread post may still be on its way.
  const allHere = (): boolean => pages.synced() || newest() >= (row()?.data.lastNumber ?? 0)
  let arrived = false
  createEffect(() => {
    if (arrived || store.posts.length === 0 || (viewer().id !== null && lineAfter() === undefined)) return
    const unread = store.posts.find((post) => post.id === firstUnread())?.number ?? 0
    if (unread === 0 && !allHere()) return
    arrived = true
    void core.behaviour.seen(`thread:${id}`, 1)
    if (hashNumber() === 0 && unread > 1 && window.scrollY < 80) setGoal(unread)
  })

  const [near, setNear] = createStore<Record<string, boolean>>({})
  const watchSeen = createWatcher('0px', (post) => reading.reached(id, post.number))
  const watchNear = createWatcher('1500px', (post) => setNear(post.id, true))
  const watch = (element: HTMLElement, post: () => DrawnPost): void => {
    watchSeen(element, post)
    watchNear(element, post)
  }
  const isFar = (post: DrawnPost): boolean =>
    store.posts.length > drawnWhole &&
    post.number > 0 &&
    !near[post.id] &&
    Math.abs(post.number - startsAt()) > 12
  const draft = createDraft<PostDraft>(`thread:${id}`, {
    text: '',
    replyTo: null,
    poll: null,
  })
  let field: HTMLTextAreaElement | undefined
  const [editing, setEditing] = createSignal<string>()
  const [historyOf, setHistoryOf] = createSignal<DrawnPost>()
  const [reporting, setReporting] = createSignal<string>()
  const [takingDown, setTakingDown] = createSignal<string>()
  /** What its opening post says is what the thread is about. */
  const targetOf = (post: DrawnPost): string => (post.number === 1 ? `thread:${id}` : `post:${post.id}`)
  const moderation = panelOf(core, 'moderation.report') && {
    report: (post: DrawnPost) => setReporting(targetOf(post)),
    takeDown: (post: DrawnPost) => setTakingDown(targetOf(post)),
  }
  const actions = createActions({
    core,
    threadId: id,
    confirm,
    draft,
    memberOf,
    opening,
    field: () => field,
    setEditing,
    reopen: (commandId) => navigate(`/discuss/new?again=${commandId}`),
    setHistoryOf,
    moderation,
    t,
  })
  // Those that are shown keep their identity: with every change all of `drawn` is new, and each reply would look again.
  const shown = createMemo(() => new Map(store.posts.map((post) => [post.id, post])))
  const postById = (postId: string | null): DrawnPost | undefined =>
    postId === null ? undefined : (shown().get(postId) ?? drawn().find((post) => post.id === postId))
  useShortcuts((): Shortcut[] =>
    viewer().id === null
      ? []
      : [
          {
            keys: 'r',
            word: 'frame.key_reply',
            group: 'page',
            run() {
              const focused = document.activeElement?.closest<HTMLElement>('[data-post]')?.dataset.post
              const post = postById(focused ?? null)
              if (post) actions.reply(post)
              else field?.focus()
            },
          },
        ],
  )
  const replyLabel = (): string | undefined => {
    const answered = postById(draft.value().replyTo)
    if (!answered) return undefined
    if (answered.number === 0) return t('discussions.replying_pending')
    const name = memberOf(answered.authorId)?.name ?? (answered.authorName || t('discussions.someone'))
    return t('discussions.replying', { name, number: answered.number })
  }

  return (
    <Show
      when={thread()}
      fallback={
        <Show
          when={row() === null && core.feed.ready()}
          fallback={
            <Page width="text">
              <Skeleton label={t('discussions.loading_thread')} lines={6} />
            </Page>
          }
        >
          <Page
            width="text"
            title={t('discussions.not_found')}
            lead={t('discussions.not_found_text')}
            back={{ href: '/discuss', label: t('discussions.back') }}
          >
            <Panel name="moderation.held" about={id} />
            <LeftOver entries={entries()} />
          </Page>
        </Show>
      }
    >
      {(current) => (
        <Page
          width="text"
          title={current().title}
          back={{ href: '/discuss', label: t('discussions.back') }}
          lead={
            <div class={styles.facts}>
              <Meta>
                <Show when={current().kind === 'question'}>
                  <Badge tone="info">{t('discussions.kind_question')}</Badge>
                </Show>
                <span>{t('discussions.posts', { count: Math.max(1, current().posts) })}</span>
                <SubjectLine subject={current().subject} />
                <Show when={current().tags.length > 0}>
                  <Topics tags={current().tags} />
                </Show>
              </Meta>
              <div class={styles.headActs}>
                <SaveButton item={`thread:${id}`} title={current().title} />
                <Panel name="notifications.follow" threadId={id} />
                <Panel name="growth.honour" subject={`thread:${id}`} />
              </div>
            </div>
          }
        >
          <h2 class="visually-hidden">{t('discussions.all_posts')}</h2>
          <Show when={pageCount() > 0 && !pages.present()}>
            <Show
              when={core.connection().online}
              fallback={
                <EmptyState title={t('discussions.absent')}>{t('discussions.absent_text')}</EmptyState>
              }
            >
              <Skeleton label={t('discussions.loading_thread')} lines={6} />
            </Show>
          </Show>
          <div>
            <div class={styles.posts}>
              <For each={store.posts}>
                {(post, index) => (
                  <>
                    <Show when={firstUnread() === post.id && index() > 0}>
                      <p class={styles.line}>
                        <span>{t('discussions.unread_line')}</span>
                      </p>
                    </Show>
                    <PostView
                      post={post}
                      thread={current()}
                      viewer={viewer()}
                      actions={actions}
                      memberOf={memberOf}
                      answered={postById(post.replyTo)}
                      editing={editing() === post.id}
                      marked={post.number > 0 && hashNumber() === post.number}
                      far={isFar(post)}
                      ref={(element) => watch(element, () => post)}
                    />
                    <Show when={index() === 0 && current().acceptedPostId !== null && !answerIsNext()}>
                      <AcceptedAnswer
                        thread={current()}
                        answer={postById(current().acceptedPostId)}
                        viewer={viewer()}
                        actions={actions}
                        memberOf={memberOf}
                      />
                    </Show>
                  </>
                )}
              </For>
            </div>
            <Show when={morePages() && store.posts.length > 0}>
              <MorePages label={t('discussions.next_page')} onReach={() => setUpTo(shownPages() + 1)} />
            </Show>
            <div class={styles.below} aria-live="polite">
              <Show when={hidden().length > 0}>
                <Button variant="soft" onClick={showNew}>
                  {t('discussions.new_below', { count: hidden().length })}
                </Button>
              </Show>
            </div>
          </div>
          <Panel name="moderation.held" about={id} />
          <Show when={viewer().id !== null}>
            <Composer
              draft={draft}
              replyLabel={replyLabel()}
              ref={(element) => {
                field = element
              }}
              onSend={(body, replyTo, poll) => actions.send(body, replyTo, postById(replyTo), poll)}
            />
          </Show>
          <Panel name="recommendations.related" itemId={`thread:${id}`} />
          <Panel name="moderation.report" target={reporting()} onClose={() => setReporting(undefined)} />
          <Panel name="moderation.take_down" target={takingDown()} onClose={() => setTakingDown(undefined)} />
          <History post={historyOf()} onClose={() => setHistoryOf(undefined)} />
          <confirm.View />
        </Page>
      )}
    </Show>
  )
}
