/**
 * Draws nothing: tells the device's owner, who allowed it, what is due. Once for each, from the tab that leads. Where the
 * server shares the list and pushes to this device, it says so itself.
 */
import { createEffect, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useMirror } from '#client/parts/own-map.ts'
import { useOwnScope } from '#client/parts/own-scope.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { Saved } from '#shared/features/library.ts'
import { useDue } from './due-items.ts'
import { savedItem, useItems } from './items.ts'

/** Item → the reminders of it that were told. */
const key = 'library.told'

export function Following(): JSX.Element {
  const core = useCore()
  const due = useDue()
  const isAsked = (): boolean =>
    isMember(core.session.viewer()) &&
    core.connection().leader &&
    due().length > 0 &&
    'Notification' in window &&
    Notification.permission === 'granted'
  return <Show when={isAsked()}>{(_) => <Tell due={due()} />}</Show>
}

function Tell(props: { due: readonly string[] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const items = useItems()
  const saved = useMirror<Saved>('library')
  const { scope } = useOwnScope()
  createEffect(() => {
    const known = items()
    const due = props.due
    if (known && saved() && scope()) void tell(due, known)
  })

  async function tell(due: readonly string[], known: NonNullable<ReturnType<typeof items>>): Promise<void> {
    const told = (await core.local.get<string[]>(key)) ?? []
    await core.local.set(key, [...due])
    const registration = await navigator.serviceWorker?.getRegistration()
    const isPushedTo = (await registration?.pushManager?.getSubscription()) != null
    if (isPushedTo && scope() !== 'nothing' && core.uses('notifications')) return
    for (const name of due) {
      const item = savedItem(known, name, saved()?.[name])
      if (!item || told.includes(name)) continue
      await registration?.showNotification(item.title, {
        body: t('library.due'),
        tag: `remind:${name}`,
        // A page elsewhere is opened from the list.
        data: item.kind === 'link' ? '/me/library' : item.href,
      })
    }
  }
  return null
}
