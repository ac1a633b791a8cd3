/** What its author, an owner or a moderator may do with an article. */
import { useNavigate } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { EditIcon } from '#client/ui/icons.tsx'
import { Button, createConfirm, LinkButton, Row } from '#client/ui/index.ts'
import { type ArticleRow, canRevise, canWithdraw } from '#shared/features/articles.ts'

export function ArticleActions(props: { id: string; article: ArticleRow; pending: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const viewer = core.session.viewer
  const drafts = core.feed.rows('drafts', () => (canRevise(viewer(), props.article) ? {} : undefined))
  const draft = (): string | undefined => drafts()?.find((row) => row.data.articleId === props.id)?.id
  const withdrawal = createMemo(() => {
    const id = props.id
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'articles.withdraw' && entry.input.id === id)
  })

  const revise = async (): Promise<void> => {
    const id = core.newId()
    await core.commands.send('articles.start_draft', { id, title: '', articleId: props.id })
    navigate(`/write/${id}`)
  }
  const withdraw = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('articles.withdraw_ask'),
      text: t('articles.withdraw_text'),
      confirm: t('articles.withdraw'),
      cancel: t('articles.cancel'),
      danger: true,
    })
    if (!sure) return
    await core.commands.send('articles.withdraw', { id: props.id })
    navigate('/read')
  }
  return (
    <Show when={canRevise(viewer(), props.article) || canWithdraw(viewer(), props.article)}>
      <Row gap="snug">
        <Show when={canRevise(viewer(), props.article) && drafts()}>
          <Show
            when={draft()}
            fallback={
              <Button small onClick={() => void revise()}>
                <EditIcon />
                {t('articles.revise')}
              </Button>
            }
          >
            {(id) => (
              <LinkButton small href={`/write/${id()}`}>
                <EditIcon />
                {t('articles.revise_open')}
              </LinkButton>
            )}
          </Show>
        </Show>
        <Show when={canWithdraw(viewer(), props.article) && !props.pending}>
          <Button small variant="quiet" onClick={() => void withdraw()}>
            {t('articles.withdraw')}
          </Button>
        </Show>
      </Row>
      <Undecided entry={withdrawal()} />
      <confirm.View />
    </Show>
  )
}
