/** `/events/<slug>/plan`: an event's board, in four parts, for its organisers. */
import { useParams } from '@solidjs/router'
import { createMemo, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, DocWord, Undecided } from '#client/parts/act.tsx'
import { RefusedText } from '#client/parts/refused-text.tsx'
import { OfflineIcon, PlanIcon } from '#client/ui/icons.tsx'
import { EmptyState, ErrorState, Page, Row, Skeleton, Stack, TabLinks } from '#client/ui/index.ts'
import { holds } from '#shared/core/viewer.ts'
import type { EventRow } from '#shared/features/events.ts'
import { canStartPlan, type PlanBoardRow, planRoom } from '#shared/features/planning.ts'
import { Begin } from './begin.tsx'
import { Budget } from './budget.tsx'
import { Checklist } from './checklist.tsx'
import { PlanNotes } from './plan-notes.tsx'
import styles from './planning.module.css'
import { RunSheetPart } from './run-sheet.tsx'
import { type Plan, useBoard } from './use-board.ts'

export function PlanPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string; tab?: string }>()
  const rows = core.feed.rows('events', () => ({ by: 'slug', equals: params.slug }))
  // An event that was just made is not known by its slug yet.
  const byId = core.feed.row('events', () => params.slug)
  const event = createMemo(() => rows()?.[0]?.data ?? byId()?.data)
  const making = createMemo(() => {
    const id = params.slug
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'events.create' && entry.input.eventId === id)
  })
  const board = core.feed.row('plan_boards', () => event()?.id)
  useTitle(() => event() && t('planning.plan_of', { title: event()!.title }))
  const back = (): { href: string; label: string } => ({
    href: `/events/${encodeURIComponent(event()?.slug ?? params.slug)}`,
    label: t('planning.back_event'),
  })
  return (
    <Show
      when={event()}
      fallback={
        <Page>
          <Show
            when={rows() && core.feed.ready()}
            fallback={<Skeleton label={t('planning.loading')} lines={6} />}
          >
            <Show
              when={making()}
              fallback={<EmptyState icon={PlanIcon} title={t('planning.unknown_event')} />}
            >
              {(entry) => (
                <>
                  <Row>
                    <span>{t('planning.waiting_event')}</span>
                    <ActWord entry={entry()} />
                  </Row>
                  <Undecided entry={entry()} />
                </>
              )}
            </Show>
          </Show>
        </Page>
      }
    >
      {(found) => (
        <Page
          title={t('planning.plan_of', { title: found().title })}
          lead={t('planning.plan_lead')}
          back={back()}
        >
          <Switch fallback={<Skeleton label={t('planning.loading')} lines={6} />}>
            <Match when={board()}>
              {(row) => (
                <Show when={found().id} keyed>
                  {(_id) => <Open event={found()} row={row().data} tab={params.tab ?? ''} />}
                </Show>
              )}
            </Match>
            <Match when={board() === null && core.feed.ready()}>
              <Absent event={found()} />
            </Match>
          </Switch>
        </Page>
      )}
    </Show>
  )
}

function Absent(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const asked = createMemo(() => {
    const { id } = props.event
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'planning.start' && entry.input.eventId === id)
  })
  return (
    <Show
      when={canStartPlan(core.session.viewer())}
      fallback={
        <EmptyState icon={PlanIcon} title={t('planning.not_here')}>
          {t('planning.not_here_text')}
        </EmptyState>
      }
    >
      <Show when={asked()?.state !== 'refused' && asked()} fallback={<Begin eventId={props.event.id} />}>
        {(entry) => (
          <Row>
            <span>{t('planning.waiting_start')}</span>
            <ActWord entry={entry()} />
          </Row>
        )}
      </Show>
      <Undecided entry={asked()} />
    </Show>
  )
}

// `notes` would be the notes of a session called so.
const tabs = ['', 'run', 'budget', 'text'] as const
const tabWords = {
  '': 'planning.tab_checklist',
  run: 'planning.tab_run',
  budget: 'planning.tab_budget',
  text: 'planning.tab_notes',
} as const

function Open(props: { event: EventRow; row: PlanBoardRow; tab: string }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const handle = core.docs.use(() => planRoom(props.event.id))
  const board = useBoard(handle)
  const members = core.feed.rows('members')
  const staff = core.feed.rows('event_staff', () => ({ by: 'eventId', equals: props.event.id }))
  const named = createMemo(
    () =>
      new Set([
        ...board.tasks.map((task) => task.owner),
        ...board.roles.flatMap((role) => role.people),
        ...(staff() ?? []).map(({ data }) => data.memberId),
      ]),
  )
  const nameOf = (memberId: string): string =>
    members()?.find((member) => member.id === memberId)?.data.name ?? '?'
  const people = createMemo(() => {
    const me = core.session.viewer().id
    return (members() ?? [])
      .filter(({ id, data }) => id === me || named().has(id) || holds(data, 'moderator'))
      .map(({ id, data }) => ({
        id,
        name: id === me ? t('planning.you', { name: data.name }) : data.name,
      }))
      .sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
  })
  const base = (): string => `/events/${encodeURIComponent(props.event.slug)}/plan`
  const shown = (): (typeof tabs)[number] => tabs.find((tab) => tab === props.tab) ?? ''
  return (
    <Show when={handle()} fallback={<Skeleton label={t('planning.loading')} lines={6} />}>
      {(open) => {
        const plan: Plan = {
          get event() {
            return props.event
          },
          get row() {
            return props.row
          },
          get handle() {
            return open()
          },
          board,
          people,
          nameOf,
        }
        return (
          <Stack>
            <div class={styles.tabs}>
              <TabLinks
                label={t('planning.tabs')}
                links={tabs.map((tab) => ({
                  href: tab === '' ? base() : `${base()}/${tab}`,
                  label: t(tabWords[tab]),
                  current: shown() === tab,
                }))}
              />
              <DocWord state={open().state()} />
            </div>
            <RefusedText handle={open()} />
            <Switch fallback={<Skeleton label={t('planning.loading')} lines={6} />}>
              <Match when={open().refusal() && !open().present()}>
                <ErrorState title={t('planning.not_here')}>{refusal(open().refusal()!)}</ErrorState>
              </Match>
              <Match when={open().present()}>
                <Switch>
                  <Match when={shown() === ''}>
                    <Checklist plan={plan} />
                  </Match>
                  <Match when={shown() === 'run'}>
                    <RunSheetPart plan={plan} />
                  </Match>
                  <Match when={shown() === 'budget'}>
                    <Budget plan={plan} />
                  </Match>
                  <Match when={shown() === 'text'}>
                    <PlanNotes plan={plan} />
                  </Match>
                </Switch>
              </Match>
              <Match when={open().loaded() && !core.connection().online}>
                <EmptyState icon={OfflineIcon} title={t('planning.absent')}>
                  {t('planning.absent_text')}
                </EmptyState>
              </Match>
            </Switch>
          </Stack>
        )
      }}
    </Show>
  )
}
