import { useParams } from '@solidjs/router'
import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { PersonIcon } from '#client/ui/icons.tsx'
import {
  Avatar,
  Badge,
  EmptyState,
  LinkButton,
  List,
  ListRow,
  Muted,
  Page,
  Row,
  Section,
  Skeleton,
  Time,
} from '#client/ui/index.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import styles from './accounts.module.css'

/** `/members/<handle>`: who somebody is and what they have published. */
export function Member(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams()
  const found = core.feed.rows('members', () => ({
    by: 'handle',
    equals: params.handle?.toLowerCase(),
    limit: 1,
  }))
  const member = (): MemberRow | undefined => found()?.[0]?.data
  useTitle(() => member()?.name ?? params.handle ?? '')
  return (
    <Switch>
      <Match when={member()}>{(known) => <Profile member={known()} />}</Match>
      <Match when={found() === undefined || !core.feed.ready()}>
        <Page width="text">
          <Skeleton label={t('app.loading')} />
        </Page>
      </Match>
      <Match when={true}>
        <Page title={t('accounts.member_unknown')} width="text">
          <EmptyState icon={PersonIcon} title={`@${params.handle}`}>
            {t('accounts.member_unknown_text')}
          </EmptyState>
        </Page>
      </Match>
    </Switch>
  )
}

function Profile(props: { member: MemberRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  return (
    <Page width="text">
      <div class={styles.who}>
        <Avatar name={props.member.name} id={props.member.id} size="large" />
        <div class={styles.whoText}>
          <h1>{props.member.name}</h1>
          <Row gap="snug">
            <Muted>@{props.member.handle}</Muted>
            <Show when={props.member.role !== 'member'}>
              <Badge tone="accent">{t(`accounts.role_${props.member.role}`)}</Badge>
            </Show>
            <Muted>{t('accounts.member_joined', { when: date(props.member.joinedAt, 'day') })}</Muted>
          </Row>
        </div>
      </div>
      <Show when={props.member.bio}>
        <p class={styles.bio}>{props.member.bio}</p>
      </Show>
      <Show when={props.member.id === core.session.viewer().id}>
        <Row>
          <LinkButton href="/me">{t('accounts.member_edit')}</LinkButton>
        </Row>
      </Show>
      <Panel name="groups.of_member" memberId={props.member.id} />
      <Panel name="growth.of_member" memberId={props.member.id} />
      <Works memberId={props.member.id} />
      <Panel name="moderation.of_member" memberId={props.member.id} />
    </Page>
  )
}

interface Work {
  href: string
  title: string
  at: number
}

function Works(props: { memberId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const articles = core.feed.rows('articles', () => ({ by: 'publishedAt', reverse: true }))
  const threads = core.feed.rows('threads', () => ({ by: 'lastPostAt', reverse: true }))
  const written = createMemo((): Work[] =>
    (articles() ?? [])
      .filter(({ data }) => data.authorId === props.memberId)
      .map(({ data }) => ({ href: `/read/${data.slug}`, title: data.title, at: data.publishedAt })),
  )
  const begun = createMemo((): Work[] =>
    (threads() ?? [])
      .filter(({ data }) => data.authorId === props.memberId)
      .slice(0, 50)
      .map(({ id, data }) => ({ href: `/discuss/${id}`, title: data.title, at: data.createdAt })),
  )
  return (
    <Show
      when={written().length + begun().length > 0}
      fallback={
        <Show when={articles() && threads()}>
          <Muted>{t('accounts.member_nothing')}</Muted>
        </Show>
      }
    >
      <WorkList title={t('accounts.member_articles')} works={written()} />
      <WorkList title={t('accounts.member_threads')} works={begun()} />
    </Show>
  )
}

function WorkList(props: { title: string; works: Work[] }): JSX.Element {
  const { lang } = useI18n()
  return (
    <Show when={props.works.length > 0}>
      <Section title={props.title}>
        <List>
          <For each={props.works}>
            {(work) => (
              <ListRow
                title={work.title}
                href={work.href}
                meta={<Time at={work.at} locale={lang()} show="day" />}
              />
            )}
          </For>
        </List>
      </Section>
    </Show>
  )
}
