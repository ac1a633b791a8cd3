/** `/growth/challenges` (打卡): what runs, one's own days, and who keeps at it. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { CheckIcon, FlameIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  Card,
  createConfirm,
  Dialog,
  EmptyState,
  Form,
  FormActions,
  Row,
  Skeleton,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import { dayOf } from '#shared/core/day.ts'
import {
  type ChallengeDayRow,
  type ChallengeRow,
  canRunChallenge,
  isOpenDay,
} from '#shared/features/growth.ts'
import styles from './growth.module.css'
import { GrowthPage } from './place.tsx'

export function ChallengesPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [making, setMaking] = createSignal(false)
  const challenges = core.feed.rows('challenges', () => ({ by: 'to', reverse: true }))
  return (
    <GrowthPage
      actions={
        <Show when={canRunChallenge(core.session.viewer())}>
          <Button variant="primary" onClick={() => setMaking(true)}>
            {t('growth.challenge_new')}
          </Button>
        </Show>
      }
    >
      <Show when={challenges()} fallback={<Skeleton label={t('growth.loading')} lines={5} />}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState icon={FlameIcon} title={t('growth.challenges_none')}>
                {t('growth.challenges_none_text')}
              </EmptyState>
            }
          >
            <For each={list()}>{(challenge) => <Challenge challenge={challenge} />}</For>
          </Show>
        )}
      </Show>
      <Dialog
        open={making()}
        onClose={() => setMaking(false)}
        title={t('growth.challenge_new')}
        closeLabel={t('growth.cancel')}
      >
        <NewChallenge onDone={() => setMaking(false)} />
      </Dialog>
    </GrowthPage>
  )
}

const dayAfter = (day: string, days: number): string =>
  dayOf(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000)

/** The day where the member is. */
function useToday(): () => string {
  const core = useCore()
  return () => {
    const now = new Date(Date.now() + core.session.clockOffset())
    return dayOf(now.getTime() - now.getTimezoneOffset() * 60_000)
  }
}

function NewChallenge(props: { onDone: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const today = useToday()
  const [error, setError] = createSignal<string>()
  const read = (form: HTMLFormElement, name: string): string => {
    const field = form.elements.namedItem(name)
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : ''
  }
  async function make(form: HTMLFormElement): Promise<void> {
    const [from, to] = [read(form, 'from'), read(form, 'to')]
    if (!from || !to || to < from) return void setError(t('growth.refused_days'))
    await core.commands.send('growth.open_challenge', {
      challengeId: core.newId(),
      title: read(form, 'title'),
      text: read(form, 'text'),
      from,
      to,
    })
    props.onDone()
  }
  return (
    <Form onSubmit={(form) => void make(form)}>
      <TextInput label={t('growth.challenge_title')} name="title" required maxlength="100" />
      <TextArea
        label={t('growth.challenge_text')}
        name="text"
        optional={t('growth.optional')}
        maxlength="2000"
      />
      <div class={styles.pair}>
        <TextInput label={t('growth.challenge_from')} name="from" type="date" required value={today()} />
        <TextInput
          label={t('growth.challenge_to')}
          name="to"
          type="date"
          required
          value={dayAfter(today(), 20)}
          error={error()}
        />
      </div>
      <FormActions>
        <Button onClick={() => props.onDone()}>{t('growth.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('growth.challenge_create')}
        </Button>
      </FormActions>
    </Form>
  )
}

function Challenge(props: { challenge: Stored<ChallengeRow> }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const confirm = createConfirm()
  const today = useToday()
  const row = (): ChallengeRow => props.challenge.data
  const days = core.feed.rows('challenge_days', () => ({ by: 'challengeId', equals: props.challenge.id }))
  const isOver = (): boolean => row().to < today()
  const own = createMemo(
    () =>
      new Set(
        days()
          ?.filter(({ data }) => data.memberId === core.session.viewer().id)
          .map(({ data }) => data.day),
      ),
  )
  const length = (): number => Math.round((Date.parse(row().to) - Date.parse(row().from)) / 86_400_000) + 1
  const said = (day: string): string => date(Date.parse(`${day}T12:00:00Z`), 'short')
  const last = createMemo((): OutboxEntry | undefined => {
    const { id } = props.challenge
    return core.commands
      .entries()
      .findLast((entry) => entry.name.startsWith('growth.') && entry.input.challengeId === id)
  })

  async function end(): Promise<void> {
    const sure = await confirm.ask({
      title: t('growth.challenge_end'),
      text: t('growth.challenge_end_text'),
      confirm: t('growth.challenge_end'),
      cancel: t('growth.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('growth.end_challenge', { challengeId: props.challenge.id })
  }

  return (
    <Card
      title={row().title}
      level={2}
      meta={
        <>
          <span>{t('growth.challenge_days', { from: said(row().from), to: said(row().to) })}</span>
          <span>{t('growth.challenge_count', { count: own().size, all: length() })}</span>
          <Show when={isOver()}>
            <Badge>{t('growth.challenge_over')}</Badge>
          </Show>
          <ActWord entry={last()} />
        </>
      }
    >
      <Show when={row().text}>
        <p class={styles.text}>{row().text}</p>
      </Show>
      <Show when={!isOver()}>
        <TakePart challenge={row()} own={own()} today={today()} said={said} />
      </Show>
      <Undecided entry={last()} />
      <Keepers days={days()?.map(({ data }) => data) ?? []} />
      <Show when={canRunChallenge(core.session.viewer()) && !isOver()}>
        <Row>
          <Button small variant="quiet" onClick={() => void end()}>
            {t('growth.challenge_end')}
          </Button>
        </Row>
      </Show>
      <confirm.View />
    </Card>
  )
}

function TakePart(props: {
  challenge: ChallengeRow
  own: ReadonlySet<string>
  today: string
  said: (day: string) => string
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [note, setNote] = createSignal('')
  /** Today, and the days before it that can still be made up for. */
  const open = (): string[] =>
    [0, -1, -2, -3]
      .map((days) => dayAfter(props.today, days))
      .filter((day) => isOpenDay(props.challenge, day, props.today) && !props.own.has(day))
  const take = async (day: string): Promise<void> => {
    await core.commands.send('growth.take_part', {
      challengeId: props.challenge.id,
      day,
      note: note().trim(),
    })
    setNote('')
  }
  return (
    <>
      <Show when={props.own.has(props.today)}>
        <p class={styles.done}>
          <CheckIcon />
          {t('growth.challenge_done')}
        </p>
      </Show>
      <Show when={open().length > 0}>
        <TextInput
          label={t('growth.challenge_note')}
          optional={t('growth.optional')}
          maxlength="500"
          autocomplete="off"
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <Row>
          <For each={open()}>
            {(day) => (
              <Button
                small={day !== props.today}
                variant={day === props.today ? 'primary' : 'soft'}
                onClick={() => void take(day)}
              >
                {day === props.today
                  ? t('growth.challenge_take')
                  : t('growth.challenge_take_day', { day: props.said(day) })}
              </Button>
            )}
          </For>
        </Row>
      </Show>
    </>
  )
}

const keepersShown = 10

function Keepers(props: { days: readonly ChallengeDayRow[] }): JSX.Element {
  const { t, number } = useI18n()
  const keepers = createMemo(() => {
    const byMember = new Map<string, { name: string; days: number; note: string; at: number }>()
    for (const { memberId, memberName, note, at } of props.days) {
      const known = byMember.get(memberId)
      const newer = !known || at > known.at
      byMember.set(memberId, {
        name: memberName,
        days: (known?.days ?? 0) + 1,
        note: newer && note ? note : (known?.note ?? ''),
        at: Math.max(at, known?.at ?? 0),
      })
    }
    return [...byMember.values()].sort((a, b) => b.days - a.days || a.at - b.at)
  })
  return (
    <Show when={keepers().length > 0}>
      <details class={styles.keepers}>
        <summary>{t('growth.challenge_members', { count: keepers().length })}</summary>
        <ol class={styles.board}>
          <For each={keepers().slice(0, keepersShown)}>
            {(keeper, index) => (
              <li class={styles.place}>
                <span class={styles.rank}>{index() + 1}</span>
                <span class={styles.name}>
                  {keeper.name}
                  <span class={styles.quiet}>{keeper.note}</span>
                </span>
                <strong class={styles.figure}>{number(keeper.days)}</strong>
              </li>
            )}
          </For>
        </ol>
      </details>
    </Show>
  )
}
