import { For, type JSX } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useI18n } from '#client/core/i18n.ts'
import { needsDecision, Undecided } from '#client/parts/act.tsx'
import { markdownLabels } from '#client/parts/labels.ts'
import { Card, Markdown, Stack } from '#client/ui/index.ts'

/** What a member wrote for a thread that is gone: theirs to copy, to send again or to discard. */
export function LeftOver(props: { entries: readonly OutboxEntry[] }): JSX.Element {
  const { t } = useI18n()
  const bodyOf = (entry: OutboxEntry): string => (entry.input as { body?: string }).body ?? ''
  return (
    <Stack>
      <For each={props.entries.filter(needsDecision)}>
        {(entry) => (
          <Card>
            <Markdown text={bodyOf(entry)} labels={markdownLabels(t)} size="post" headingShift={2} />
            <Undecided entry={entry} />
          </Card>
        )}
      </For>
    </Stack>
  )
}
