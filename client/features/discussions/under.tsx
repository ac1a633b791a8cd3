/** The threads of an article, a session or an event, below it, with a small form to start one. */

import { useLocation } from '@solidjs/router'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import { DiscussIcon, HelpIcon } from '#client/ui/icons.tsx'
import { Button, Card, LinkButton, Muted, Row, Section, Stack } from '#client/ui/index.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { createDraft } from './draft.ts'
import { ThreadList } from './list.tsx'
import { OpeningForm } from './opening.tsx'
import { emptyOpening } from './opening-draft.ts'
import { useReader, useReading } from './reading.ts'

export interface UnderProps {
  /** `article:<id>`, `session:<id>`, `event:<id>` */
  subject: string
  title: string
}

export function UnderPanel(props: UnderProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const member = (): boolean => core.session.viewer().id !== null
  return (
    <Section title={t('discussions.under')} id="discussion">
      <Show
        when={member()}
        fallback={
          <Stack>
            <Muted>{t('discussions.under_guest')}</Muted>
            <Row>
              <LinkButton href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
                {t('discussions.sign_in')}
              </LinkButton>
            </Row>
          </Stack>
        }
      >
        <Show when={props.subject} keyed>
          {(subject) => <Threads subject={subject} />}
        </Show>
      </Show>
    </Section>
  )
}

function Threads(props: { subject: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('threads', () => ({ by: 'subject', equals: props.subject }))
  const threads = createMemo(() => (rows() ?? []).toSorted((a, b) => b.data.lastPostAt - a.data.lastPostAt))
  const reading = useReading()
  const reader = useReader()
  const [writing, setWriting] = createSignal(false)
  // The panel is keyed by its subject.
  // eslint-disable-next-line solid/reactivity
  const draft = createDraft(`under:${props.subject}`, emptyOpening)
  const open = async (input: CommandInput<'discussions.open_thread'>): Promise<void> => {
    await core.commands.send('discussions.open_thread', input, { after: picturesBefore(core, input.body) })
    void core.behaviour.seen(props.subject, 3)
    setWriting(false)
  }
  const start = (kind: ThreadRow['kind']): void => {
    draft.set({ kind })
    setWriting(true)
  }
  return (
    <Stack>
      <Show when={threads().length > 0} fallback={<Muted>{t('discussions.under_none')}</Muted>}>
        <ThreadList plain threads={threads()} reading={reading} reader={reader()} />
      </Show>
      <Show
        when={writing()}
        fallback={
          <Row>
            <Button onClick={() => start('question')}>
              <HelpIcon />
              {t('discussions.under_ask')}
            </Button>
            <Button onClick={() => start('talk')}>
              <DiscussIcon />
              {t('discussions.under_talk')}
            </Button>
          </Row>
        }
      >
        <Card>
          <OpeningForm
            small
            draft={draft}
            subject={props.subject}
            onCancel={() => setWriting(false)}
            onSubmit={open}
          />
        </Card>
      </Show>
    </Stack>
  )
}
