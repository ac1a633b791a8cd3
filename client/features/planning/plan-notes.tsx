/** Free text that the organisers write together. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useText } from '#client/parts/doc-text.ts'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { EditIcon, NotebookIcon } from '#client/ui/icons.tsx'
import { Button, Editor, EmptyState, hueOf, Markdown, Row, Stack } from '#client/ui/index.ts'
import type { Plan } from './use-board.ts'

export function PlanNotes(props: { plan: Plan }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [writing, setWriting] = createSignal(false)
  const text = useText(() => props.plan.handle)
  const write = (): JSX.Element => (
    <Button onClick={() => setWriting(true)}>
      <EditIcon />
      {t('planning.notes_write')}
    </Button>
  )
  const me = (): string => core.session.viewer().id ?? ''
  return (
    <Stack gap="snug">
      <Show
        when={writing()}
        fallback={
          <Show
            when={text() !== ''}
            fallback={
              <EmptyState icon={NotebookIcon} title={t('planning.notes_none')} actions={write()}>
                {t('planning.notes_placeholder')}
              </EmptyState>
            }
          >
            <Markdown
              text={text()}
              labels={markdownLabels(t)}
              size="post"
              headingShift={2}
              idPrefix="plan-"
            />
            <Row>{write()}</Row>
          </Show>
        }
      >
        <Editor
          text={bodyOf(props.plan.handle.doc)}
          awareness={props.plan.handle.awareness}
          user={{ name: props.plan.nameOf(me()), color: hueOf(me()) }}
          label={t('planning.notes_label')}
          labels={editorLabels(t)}
          placeholder={t('planning.notes_placeholder')}
          markdown={{ labels: markdownLabels(t), size: 'post', headingShift: 2, idPrefix: 'plan-' }}
        />
        <Row>
          <Button onClick={() => setWriting(false)}>{t('planning.notes_done')}</Button>
        </Row>
      </Show>
    </Stack>
  )
}
