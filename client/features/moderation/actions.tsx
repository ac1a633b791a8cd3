/** Reporting and taking down, as a page offers it for something that somebody else wrote. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { FlagIcon } from '#client/ui/icons.tsx'
import { Button, Row } from '#client/ui/index.ts'
import { canModerate, reportId } from '#shared/features/moderation.ts'
import { ReportDialog } from './report.tsx'
import { TakeDownDialog } from './take-down.tsx'

export function Actions(props: { target: string; authorId: string | null }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const viewer = core.session.viewer
  const [open, setOpen] = createSignal<'report' | 'take_down'>()
  const mine = core.feed.row('reports', () =>
    viewer().id === null ? undefined : reportId(viewer().id!, props.target),
  )
  const last = createMemo((): OutboxEntry | undefined => {
    const target = props.target
    const names = ['moderation.report', 'moderation.take_down']
    return core.commands
      .entries()
      .findLast((entry) => names.includes(entry.name) && entry.input.target === target)
  })
  const targetOf = (which: 'report' | 'take_down'): string | undefined =>
    open() === which ? props.target : undefined
  return (
    <Show when={viewer().id !== null && viewer().id !== props.authorId}>
      <Row gap="snug">
        <Button small variant="quiet" disabled={Boolean(mine())} onClick={() => setOpen('report')}>
          <FlagIcon />
          {t(mine() ? 'moderation.reported' : 'moderation.report')}
        </Button>
        <Show when={canModerate(viewer()) && !props.target.startsWith('member:')}>
          <Button small variant="quiet" onClick={() => setOpen('take_down')}>
            {t('moderation.take_down')}
          </Button>
        </Show>
      </Row>
      <Undecided entry={last()} />
      <ReportDialog target={targetOf('report')} onClose={() => setOpen(undefined)} />
      <TakeDownDialog target={targetOf('take_down')} onClose={() => setOpen(undefined)} />
    </Show>
  )
}
