/** What was shared from another app becomes the beginning of an article. */
import { useNavigate } from '@solidjs/router'
import { createEffect, createRoot, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { bodyOf } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { EditIcon } from '#client/ui/icons.tsx'
import { Button, Card, Row } from '#client/ui/index.ts'
import { canWrite, draftRoom } from '#shared/features/articles.ts'

export function SharePanel(props: { title: string; body: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const start = async (title: string, body: string): Promise<void> => {
    const id = core.newId()
    await core.commands.send('articles.start_draft', { id, title, articleId: null })
    const handle = core.docs.open(draftRoom(id))
    await loaded(handle)
    bodyOf(handle.doc).insert(0, body)
    await core.flush()
    handle.close()
    navigate(`/write/${id}`, { replace: true })
  }
  return (
    <Show when={canWrite(core.session.viewer())}>
      <Card title={t('articles.share')} level={2} meta={t('articles.share_text')}>
        <Row>
          <Button onClick={() => void start(props.title, props.body)}>
            <EditIcon />
            {t('articles.draft_new')}
          </Button>
        </Row>
      </Card>
    </Show>
  )
}

function loaded(handle: DocHandle): Promise<void> {
  return new Promise((resolve) => {
    createRoot((dispose) => {
      createEffect(() => {
        if (!handle.loaded()) return
        resolve()
        dispose()
      })
    })
  })
}
