/** What was shared from another app becomes the beginning of a thread. */
import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { DiscussIcon } from '#client/ui/icons.tsx'
import { Button, Card, Row } from '#client/ui/index.ts'
import { keepDraft } from './draft.ts'
import { emptyOpening, type OpeningDraft } from './opening-draft.ts'

export function SharePanel(props: { title: string; body: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const start = async (kind: 'talk' | 'question', title: string, body: string): Promise<void> => {
    // Under a name of its own: what somebody is writing elsewhere stays as it is.
    const id = core.newId()
    await keepDraft<OpeningDraft>(core, `new:${id}`, () => ({ ...emptyOpening, kind, title, body }))
    navigate(`/discuss/new?draft=${id}`, { replace: true })
  }
  return (
    <Card title={t('discussions.share')} level={2} meta={t('discussions.share_text')}>
      <Row gap="snug">
        <Button variant="primary" onClick={() => void start('talk', props.title, props.body)}>
          <DiscussIcon />
          {t('discussions.new')}
        </Button>
        <Button onClick={() => void start('question', props.title, props.body)}>
          {t('discussions.share_question')}
        </Button>
      </Row>
    </Card>
  )
}
