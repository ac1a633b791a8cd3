/** On an event's page: the plan for those who organise it, what was written about it afterwards, and writing that. */
import { useNavigate } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { BookIcon, EditIcon, PlanIcon } from '#client/ui/icons.tsx'
import { Badge, Button, LinkButton, Row } from '#client/ui/index.ts'
import { articlePath } from '#shared/features/articles.ts'
import type { EventRow } from '#shared/features/events.ts'
import { dueAt } from '#shared/features/plan-board.ts'
import { canRecap, canStartPlan } from '#shared/features/planning.ts'
import { useNow } from './use-board.ts'

export function OfEvent(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const navigate = useNavigate()
  const now = useNow()
  const board = core.feed.row('plan_boards', () => props.event.id)
  const tasks = core.feed.rows('plan_tasks', () => ({ by: 'eventId', equals: props.event.id }))
  const recaps = core.feed.rows('recaps', () => ({ by: 'eventId', equals: props.event.id }))
  const articles = core.feed.rowsOf('articles', () => (recaps() ?? []).map(({ id }) => id))
  const notes = core.feed.rows('notes', () => ({ by: 'eventId', equals: props.event.id }))
  const overdue = createMemo(
    () => (tasks() ?? []).filter(({ data }) => !data.done && dueAt(data, props.event) <= now()).length,
  )
  const mayRecap = (): boolean =>
    canRecap(core.session.viewer()) &&
    core.uses('articles') &&
    props.event.end <= now() &&
    (notes() ?? []).some(({ data }) => data.words > 0)
  const writeRecap = async (): Promise<void> => {
    const draftId = core.newId()
    const title = t('planning.recap_title', { title: props.event.title })
    const started = await core.commands.send('articles.start_draft', { id: draftId, title, articleId: null })
    const input = { eventId: props.event.id, draftId, lang: lang() }
    await core.commands.send('planning.recap', input, { after: [started] })
    navigate(`/write/${draftId}`)
  }
  return (
    <Show when={board() || canStartPlan(core.session.viewer()) || articles()?.length || mayRecap()}>
      <Row>
        <Show when={board() || canStartPlan(core.session.viewer())}>
          <LinkButton href={`/events/${encodeURIComponent(props.event.slug)}/plan`}>
            <PlanIcon />
            {t('planning.plan')}
            <Show when={board()}>
              {(row) => (
                <Badge>{t('planning.progress', { done: row().data.done, all: row().data.tasks })}</Badge>
              )}
            </Show>
          </LinkButton>
          <Show when={overdue() > 0}>
            <Badge tone="danger">{t('planning.overdue', { count: overdue() })}</Badge>
          </Show>
        </Show>
        <For each={articles()}>
          {(article) => (
            <LinkButton variant="soft" href={articlePath(article.data)}>
              <BookIcon />
              {t('planning.recap_read', { title: article.data.title })}
            </LinkButton>
          )}
        </For>
        <Show when={mayRecap()}>
          <Button variant="quiet" onClick={() => void writeRecap()}>
            <EditIcon />
            {t('planning.recap_make')}
          </Button>
        </Show>
      </Row>
    </Show>
  )
}
