import { createEffect, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { markdownLabels } from '#client/parts/labels.ts'
import { Dialog, Markdown, Muted, Skeleton, Stack } from '#client/ui/index.ts'
import type { Post } from '#shared/features/discussions.ts'

type Version = { body: string; at: number }

/** Earlier versions of a post, newest first; asked of the server when it is opened. */
export function History(props: { post: Post | undefined; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const [versions, setVersions] = createSignal<Version[] | 'absent'>()
  createEffect(() => {
    const post = props.post
    setVersions(undefined)
    if (!post) return
    void core.queries.ask('discussions.history', { postId: post.id }).then((found) => {
      if (props.post?.id !== post.id) return
      setVersions(found.ok ? found.value : 'absent')
    })
  })
  const earlier = (): Version[] => {
    const found = versions()
    return Array.isArray(found) ? found.toReversed() : []
  }
  return (
    <Dialog
      wide
      open={props.post !== undefined}
      onClose={() => props.onClose()}
      title={t('discussions.history')}
      closeLabel={t('discussions.cancel')}
    >
      <Show
        when={versions() !== undefined}
        fallback={<Skeleton label={t('discussions.loading_thread')} lines={3} />}
      >
        <Show when={versions() !== 'absent'} fallback={<p>{t('discussions.history_offline')}</p>}>
          <Show when={earlier().length > 0} fallback={<p>{t('discussions.history_none')}</p>}>
            <Stack gap="loose">
              <For each={earlier()}>
                {(version, index) => (
                  <section>
                    <h3>{t('discussions.history_version', { number: earlier().length - index() })}</h3>
                    <Muted>{date(version.at)}</Muted>
                    <Markdown text={version.body} labels={markdownLabels(t)} size="post" headingShift={3} />
                  </section>
                )}
              </For>
            </Stack>
          </Show>
        </Show>
      </Show>
    </Dialog>
  )
}
