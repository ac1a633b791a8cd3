/** `/me/growth`: one's level, streak and badges, and every point with its cause. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { StarIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Checkbox,
  classes,
  EmptyState,
  List,
  Page,
  Row,
  Section,
  Skeleton,
  Stat,
  Time,
} from '#client/ui/index.ts'
import { dayOf } from '#shared/core/day.ts'
import { type PointRow, type StandingRow, standingStreak } from '#shared/features/growth.ts'
import { BadgeCard } from './badge.tsx'
import styles from './growth.module.css'
import { LevelBar } from './level.tsx'
import { useRules, useSubject } from './place.tsx'

const nothing: StandingRow = {
  memberId: '',
  points: 0,
  level: 1,
  badges: [],
  streak: 0,
  longest: 0,
  lastDay: '1970-01-01',
  hidden: false,
}
const atOnce = 30

export function MinePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('growth.mine'))
  const row = core.feed.row('standings', () => core.session.viewer().id ?? undefined)
  const standing = (): StandingRow => row()?.data ?? nothing
  const rules = useRules()
  const today = (): string => dayOf(Date.now() + core.session.clockOffset())
  return (
    <Page
      title={t('growth.mine')}
      lead={t('growth.mine_lead')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <Show when={row() !== undefined} fallback={<Skeleton label={t('growth.loading')} lines={6} />}>
        <LevelBar standing={standing()} />
        <Stat
          label={t('growth.streak')}
          value={standingStreak(standing(), today())}
          note={t('growth.longest', { count: standing().longest })}
        />
        <Section title={t('growth.badges')}>
          <ul class={styles.badges}>
            <For each={rules().badges}>
              {(badge) => <BadgeCard id={badge.id} held={standing().badges.includes(badge.id)} />}
            </For>
          </ul>
        </Section>
        <Ledger />
        <Checkbox
          label={t('growth.hidden')}
          hint={t('growth.hidden_hint')}
          checked={standing().hidden}
          onChange={(hidden) => void core.commands.send('growth.hide', { hidden })}
        />
      </Show>
    </Page>
  )
}

function Ledger(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [shown, setShown] = createSignal(atOnce)
  const entries = core.feed.rows('points', () => ({ by: 'at', reverse: true }))
  return (
    <Section title={t('growth.ledger')}>
      <Show
        when={entries()?.length}
        fallback={
          <EmptyState icon={StarIcon} title={t('growth.ledger_none')}>
            {t('growth.ledger_none_text')}
          </EmptyState>
        }
      >
        <List label={t('growth.ledger')}>
          <For each={entries()!.slice(0, shown())}>{(entry) => <Entry entry={entry} />}</For>
        </List>
        <Show when={entries()!.length > shown()}>
          <Row>
            <Button variant="soft" onClick={() => setShown(shown() + atOnce)}>
              {t('growth.more')}
            </Button>
          </Row>
        </Show>
      </Show>
    </Section>
  )
}

function Entry(props: { entry: Stored<PointRow> }): JSX.Element {
  const { t, lang, number } = useI18n()
  const entry = (): PointRow => props.entry.data
  const subject = useSubject(() => entry().about)
  const what = (): string => t(`growth.kind_${entry().kind}`)
  const figure = (): string => `${entry().points > 0 ? '+' : ''}${number(entry().points)}`
  return (
    <li class={styles.entry}>
      <span class={styles.what}>
        <span>{entry().takesBack ? t('growth.takes_back', { what: what() }) : what()}</span>
        <span class={styles.quiet}>
          <Show when={subject()}>{(found) => <a href={found().href}>{found().title}</a>}</Show>
          <Time at={entry().at} locale={lang()} />
        </span>
        <Show when={entry().ceiling}>
          {(ceiling) => <span class={styles.quiet}>{t(`growth.ceiling_${ceiling()}`)}</span>}
        </Show>
      </span>
      <strong class={classes(styles.figure, entry().points <= 0 && styles.none)}>{figure()}</strong>
    </li>
  )
}
