/** `/inbox`: notices, newest first; opening one reads it, on all of the member's devices. */
import { type Component, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import {
  AlertIcon,
  AtIcon,
  AwardIcon,
  BellIcon,
  BookIcon,
  BookmarkIcon,
  CalendarIcon,
  PersonIcon,
  ReplyIcon,
  SettingsIcon,
  SmileIcon,
} from '#client/ui/icons.tsx'
import { Button, classes, EmptyState, LinkButton, Page, Row, Skeleton, Time } from '#client/ui/index.ts'
import type { NoticeRow, NoticeType } from '#shared/features/notifications.ts'
import type { WordParams } from '#shared/words/index.ts'
import styles from './notifications.module.css'
import { useNoticeSubject } from './subjects.ts'

const icons: Record<NoticeType, Component> = {
  mentions: AtIcon,
  replies: ReplyIcon,
  reactions: SmileIcon,
  events: CalendarIcon,
  courses: BookIcon,
  reminders: BookmarkIcon,
  memberships: PersonIcon,
  moderation: AlertIcon,
  growth: AwardIcon,
  running: SettingsIcon,
}
const atOnce = 40

export function InboxPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('notifications.title'))
  const [shown, setShown] = createSignal(atOnce)
  const notices = core.feed.rows('notices', () => ({ by: 'at', reverse: true }))
  const unread = createMemo(() => notices()?.filter(({ data }) => data.readAt === null) ?? [])
  const readAll = (): void => {
    const ids = unread().map(({ id }) => id)
    if (ids.length > 0) void core.commands.send('notifications.read', { ids })
  }
  return (
    <Page
      title={t('notifications.title')}
      width="text"
      actions={
        <>
          <Show when={unread().length > 0}>
            <Button small variant="soft" onClick={readAll}>
              {t('notifications.all_read')}
            </Button>
          </Show>
          <LinkButton small href="/me/notices">
            <SettingsIcon />
            {t('notifications.settings_short')}
          </LinkButton>
        </>
      }
    >
      <Show
        when={notices() && (core.feed.ready() || notices()!.length > 0)}
        fallback={<Skeleton label={t('notifications.loading')} lines={6} />}
      >
        <Show
          when={notices()!.length > 0}
          fallback={
            <EmptyState icon={BellIcon} title={t('notifications.none')}>
              {t('notifications.none_text')}
            </EmptyState>
          }
        >
          <ul class={styles.list} aria-label={t('notifications.title')}>
            <For each={notices()!.slice(0, shown())}>{(notice) => <Notice notice={notice} />}</For>
          </ul>
          <Show when={notices()!.length > shown()}>
            <Row>
              <Button variant="soft" onClick={() => setShown(shown() + atOnce)}>
                {t('notifications.more')}
              </Button>
            </Row>
          </Show>
        </Show>
      </Show>
    </Page>
  )
}

function Notice(props: { notice: Stored<NoticeRow> }): JSX.Element {
  const core = useCore()
  const { t, say, lang } = useI18n()
  const row = (): NoticeRow => props.notice.data
  const isUnread = (): boolean => row().readAt === null
  const subject = useNoticeSubject(() => row().about)
  const text = (): string => {
    const found = subject()
    if (!found) return t('notifications.gone')
    return say(row().word, { ...inWords(row().params), title: found.title }) ?? t('notifications.gone')
  }
  /** Parameters that are words themselves are said in the reader's language. */
  const inWords = (params: WordParams): WordParams =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        typeof value === 'string' ? (say(value) ?? value) : value,
      ]),
    )
  const read = (): void => {
    if (isUnread()) void core.commands.send('notifications.read', { ids: [props.notice.id] })
  }
  return (
    <Show when={subject() !== undefined}>
      <li class={classes(styles.notice, isUnread() && styles.unread)}>
        <span class={styles.icon}>
          <Dynamic component={icons[row().type]} />
        </span>
        <div class={styles.text}>
          <Show when={isUnread()}>
            <span class="visually-hidden">{t('notifications.unread')}: </span>
          </Show>
          <Show
            when={subject()?.href}
            fallback={
              <button type="button" class={styles.plain} onClick={read}>
                {text()}
              </button>
            }
          >
            {(href) => (
              <a class={styles.link} href={href()} onClick={read}>
                {text()}
              </a>
            )}
          </Show>
          <Time at={row().at} locale={lang()} />
        </div>
      </li>
    </Show>
  )
}
