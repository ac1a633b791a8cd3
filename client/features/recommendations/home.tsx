/** The first page: where one was, what comes next, ten things worth a look, and what happened meanwhile. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { SparklesIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, LinkButton, Page, Section, Skeleton } from '#client/ui/index.ts'
import { holds, isMember } from '#shared/core/viewer.ts'
import { canWrite } from '#shared/features/articles.ts'
import type { WordKey } from '#shared/words/index.ts'
import { ContinueReading } from './continue.tsx'
import { GuestHome } from './guest-home.tsx'
import { type Interests, useInterests } from './interests.ts'
import { NewsSection } from './news-section.tsx'
import { useNow } from './now.ts'
import styles from './recommendations.module.css'
import { RecommendedSection } from './recommended.tsx'
import { type RecommendedList, useRecommended } from './recommender.ts'
import { type Shelf, useShelf } from './shelf.ts'
import { Topics } from './topic-toggles.tsx'
import { topicsOf } from './topics.ts'
import { Upcoming } from './upcoming.tsx'

export function Home(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('recommendations.home'))
  return (
    <Show when={isMember(core.session.viewer())} fallback={<GuestHome />}>
      <MemberHome />
    </Show>
  )
}

function MemberHome(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const shelf = useShelf()
  const interests = useInterests()
  const list = useRecommended(shelf, interests)
  const name = (): string => core.session.info().member?.name ?? ''
  return (
    <Page title={t(greetingAt(new Date().getHours()), { name: name() })} lead={<Today />} width="wide">
      <Show
        when={core.feed.ready() || (shelf()?.size ?? 0) > 0 ? shelf() : undefined}
        fallback={<Skeleton label={t('recommendations.loading')} lines={10} />}
      >
        {(known) => (
          <Show when={known().size > 0} fallback={<FreshCommunity />}>
            <Panel name="library.due" />
            <Panel name="courses.continue" />
            <div class={styles.top}>
              <ContinueReading shelf={known()} />
              <Upcoming shelf={known()} />
            </div>
            <NewcomerTopics shelf={known()} list={list()} interests={interests} />
            <div class={styles.main}>
              <RecommendedSection shelf={known()} list={list()} interests={interests} />
              <div class={styles.aside}>
                <Panel name="discussions.mentions" quiet limit={3} />
                <NewsSection />
              </div>
            </div>
          </Show>
        )}
      </Show>
    </Page>
  )
}

function greetingAt(hour: number): WordKey {
  if (hour >= 5 && hour < 12) return 'recommendations.good_morning'
  return hour >= 12 && hour < 18 ? 'recommendations.good_afternoon' : 'recommendations.good_evening'
}

/** In the language of the app; the day is the device's. */
function Today(): JSX.Element {
  const { lang } = useI18n()
  const now = useNow()
  const day = (): string =>
    new Intl.DateTimeFormat(lang() === 'zh' ? 'zh-CN' : 'en-GB', {
      weekday: 'long',
      month: 'long',
      day: 'numeric',
    }).format(now())
  return <>{day()}</>
}

const topicsShown = 8
const fewItems = 3
const fewTopics = 3
const dismissedKey = 'recommendations.topics_dismissed'

/** For whom nothing is known yet: what would you like to see? */
function NewcomerTopics(props: {
  shelf: Shelf
  list: RecommendedList | undefined
  interests: Interests
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const dismissed = core.local.live<boolean>(dismissedKey)
  // Choosing must not make the choice disappear.
  const [chose, setChose] = createSignal(false)
  const chosen = (): boolean => (props.interests.tags()?.size ?? 0) > 0
  const isOpen = (): boolean => {
    const [list, tags] = [props.list, props.interests.tags()]
    if (dismissed() || !list || !tags || !core.feed.ready()) return false
    if (chose()) return true
    const unknown = list.history < fewItems && tags.size === 0
    return unknown && topicsOf(props.shelf, tags, fewTopics).length === fewTopics
  }
  return (
    <Show when={isOpen()}>
      <Section
        title={t('recommendations.newcomer')}
        hint={t('recommendations.newcomer_text')}
        action={
          <Button
            small
            variant={chosen() ? 'primary' : 'quiet'}
            onClick={() => void core.local.set(dismissedKey, true)}
          >
            {t(chosen() ? 'recommendations.done' : 'recommendations.not_now')}
          </Button>
        }
      >
        <Topics
          shelf={props.shelf}
          interests={props.interests}
          most={topicsShown}
          onChoose={() => setChose(true)}
        />
      </Section>
    </Show>
  )
}

/** Nobody has written anything yet. */
function FreshCommunity(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const viewer = core.session.viewer
  return (
    <EmptyState
      icon={SparklesIcon}
      title={t('recommendations.fresh')}
      actions={
        <>
          <Show when={core.uses('articles') && canWrite(viewer())}>
            <LinkButton href="/write">{t('recommendations.fresh_write')}</LinkButton>
          </Show>
          <Show when={core.uses('discussions')}>
            <LinkButton href="/discuss/new">{t('recommendations.fresh_discuss')}</LinkButton>
          </Show>
          <Show when={holds(viewer(), 'moderator')}>
            <LinkButton href="/admin/invites">{t('recommendations.fresh_invite')}</LinkButton>
          </Show>
        </>
      }
    >
      {t('recommendations.fresh_text')}
    </EmptyState>
  )
}
