import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { EmptyState, LinkButton, List, Page, Row, Section, Skeleton } from '#client/ui/index.ts'
import { inVoice } from '#shared/core/voice.ts'
import { type CommunityRow, communityId } from '#shared/features/accounts.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { eventsAheadOf } from './ahead.ts'
import { useInterests } from './interests.ts'
import { ItemRow } from './item-row.tsx'
import { useNow } from './now.ts'
import styles from './recommendations.module.css'
import { RecommendedSection } from './recommended.tsx'
import { useRecommended } from './recommender.ts'
import { type Shelf, useShelf } from './shelf.ts'
import { TimedList } from './upcoming.tsx'

/** From this much reading on, a guest too gets a list of their own. */
const enoughHistory = 3
const mostArticles = 8
const mostEvents = 3

/** What this community is, what of it is open to everybody, and the door. */
export function GuestHome(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const row = core.feed.row('community', () => communityId)
  const community = (): CommunityRow | null => row()?.data ?? core.session.info().community
  const shelf = useShelf()
  const interests = useInterests()
  const list = useRecommended(shelf, interests)
  return (
    <Page
      title={community()?.name ?? t('recommendations.home')}
      lead={<span class={styles.about}>{inVoice(community()?.about ?? '', lang())}</span>}
      width="wide"
    >
      <Row>
        <LinkButton variant="soft" href="/sign-up">
          {t(`recommendations.sign_up_${settingsOf(community()).signUp}`)}
        </LinkButton>
      </Row>
      <Show
        when={core.feed.ready() || (shelf()?.size ?? 0) > 0 ? shelf() : undefined}
        fallback={<Skeleton label={t('recommendations.loading')} lines={8} />}
      >
        {(known) => (
          <Show
            when={known().size > 0}
            fallback={
              <EmptyState icon={LockIcon} title={t('recommendations.closed')}>
                {t('recommendations.closed_text')}
              </EmptyState>
            }
          >
            <Show when={(list()?.history ?? 0) >= enoughHistory}>
              <RecommendedSection shelf={known()} list={list()} interests={interests} />
            </Show>
            <div class={styles.main}>
              <OpenArticles shelf={known()} />
              <OpenEvents shelf={known()} />
            </div>
          </Show>
        )}
      </Show>
    </Page>
  )
}

function OpenArticles(props: { shelf: Shelf }): JSX.Element {
  const { t } = useI18n()
  const newest = createMemo(() =>
    [...props.shelf.values()]
      .filter(({ kind }) => kind === 'article')
      .sort((a, b) => b.at - a.at)
      .slice(0, mostArticles),
  )
  return (
    <Show when={newest().length > 0}>
      <Section
        title={t('recommendations.open_articles')}
        action={<a href="/read">{t('recommendations.all_articles')}</a>}
      >
        <List label={t('recommendations.open_articles')}>
          <For each={newest()}>{(item) => <ItemRow item={item} detailed />}</For>
        </List>
      </Section>
    </Show>
  )
}

function OpenEvents(props: { shelf: Shelf }): JSX.Element {
  const { t } = useI18n()
  const now = useNow()
  const ahead = createMemo(() => eventsAheadOf(props.shelf, now()).slice(0, mostEvents))
  return (
    <Show when={ahead().length > 0}>
      <Section
        title={t('recommendations.events_ahead')}
        action={<a href="/events">{t('recommendations.all_events')}</a>}
      >
        <TimedList label={t('recommendations.events_ahead')} items={ahead()} />
      </Section>
    </Show>
  )
}
