/**
 * Follows the inbox on every page: the number on the app's icon, where it is installed, and the pages that a pushed
 * notice opens. Draws nothing.
 */
import { useNavigate } from '@solidjs/router'
import { createEffect, type JSX, onCleanup, onMount } from 'solid-js'
import { useCore } from '#client/core/core.ts'

export function Following(): JSX.Element {
  const core = useCore()
  const navigate = useNavigate()
  const notices = core.feed.rows('notices', () => ({ by: 'at', reverse: true }))
  createEffect(() => {
    const unread = notices()?.filter(({ data }) => data.readAt === null).length
    if (unread === undefined || !('setAppBadge' in navigator)) return
    void (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {})
  })
  onMount(() => {
    const open = (event: MessageEvent): void => {
      const told = event.data as { type?: unknown; path?: unknown } | null
      if (told?.type === 'OPEN' && typeof told.path === 'string') navigate(told.path)
    }
    navigator.serviceWorker?.addEventListener('message', open)
    onCleanup(() => navigator.serviceWorker?.removeEventListener('message', open))
  })
  return null
}
