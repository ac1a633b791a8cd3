/** Whether one hears of a thread: whoever wrote in it does, unless they say otherwise. */
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { BellIcon } from '#client/ui/icons.tsx'
import { Button } from '#client/ui/index.ts'
import { followId } from '#shared/features/notifications.ts'

export function Follow(props: { threadId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const memberId = (): string | null => core.session.viewer().id
  const row = core.feed.row('follows', () => {
    const id = memberId()
    return id === null ? undefined : followId(id, props.threadId)
  })
  const on = (): boolean => row()?.data.on ?? false
  return (
    <Show when={memberId() !== null && row() !== undefined}>
      <Button
        small
        variant={on() ? 'soft' : 'quiet'}
        aria-pressed={on()}
        onClick={() =>
          void core.commands.send('notifications.follow', { threadId: props.threadId, on: !on() })
        }
      >
        <BellIcon />
        {t(on() ? 'notifications.following' : 'notifications.follow')}
      </Button>
    </Show>
  )
}
