/** `/growth`: who earned most in a week, a month, and over all time. */
import { useSearchParams } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { TrophyIcon } from '#client/ui/icons.tsx'
import { Avatar, Badge, classes, EmptyState, Segments, Skeleton } from '#client/ui/index.ts'
import { type BoardRow, type Period, periods } from '#shared/features/growth.ts'
import styles from './growth.module.css'
import { GrowthPage } from './place.tsx'

export function BoardsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [search, setSearch] = useSearchParams()
  const period = (): Period => periods.find((one) => one === search.period) ?? 'month'
  const board = core.feed.row('boards', period)
  return (
    <GrowthPage>
      <Segments
        label={t('growth.boards')}
        hideLabel
        options={periods.map((one) => ({ value: one, label: t(`growth.period_${one}`) }))}
        value={period()}
        onChange={(value) => setSearch({ period: value }, { replace: true })}
      />
      <Show
        when={board() !== undefined && (board() || core.feed.ready())}
        fallback={<Skeleton label={t('growth.loading')} lines={6} />}
      >
        <Show
          when={board()?.data.entries.length}
          fallback={
            <EmptyState icon={TrophyIcon} title={t('growth.board_none')}>
              {t('growth.board_none_text')}
            </EmptyState>
          }
        >
          <Places entries={board()!.data.entries} />
        </Show>
      </Show>
    </GrowthPage>
  )
}

function Places(props: { entries: BoardRow['entries'] }): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const members = core.feed.rows('members')
  const standings = core.feed.rows('standings')
  const handles = createMemo(() => new Map(members()?.map((row) => [row.id, row.data.handle])))
  const levels = createMemo(() => new Map(standings()?.map((row) => [row.id, row.data.level])))
  /** Equal points, equal place. */
  const place = (points: number): number => props.entries.filter((other) => other.points > points).length + 1
  return (
    <ol class={styles.board} aria-label={t('growth.boards')}>
      <For each={props.entries}>
        {(entry) => (
          <li class={classes(styles.place, entry.memberId === core.session.viewer().id && styles.own)}>
            <span class={classes(styles.rank, place(entry.points) <= 3 && styles.first)}>
              <span class="visually-hidden">{t('growth.board_place', { place: place(entry.points) })}</span>
              <span aria-hidden="true">{place(entry.points)}</span>
            </span>
            <Avatar name={entry.name} id={entry.memberId} size="small" />
            <span class={styles.name}>
              <Show when={handles().get(entry.memberId)} fallback={entry.name}>
                {(handle) => <a href={`/members/${handle()}`}>{entry.name}</a>}
              </Show>
              <Show when={entry.memberId === core.session.viewer().id}>
                <Badge tone="accent">{t('growth.board_you')}</Badge>
              </Show>
              <Show when={levels().get(entry.memberId)}>
                {(level) => <span class={styles.quiet}>{t('growth.level', { level: level() })}</span>}
              </Show>
            </span>
            <strong class={styles.figure}>{number(entry.points)}</strong>
          </li>
        )}
      </For>
    </ol>
  )
}
