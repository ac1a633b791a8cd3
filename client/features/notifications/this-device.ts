/** Push to this browser: asking it, and telling the server where it is reached. */
import { type Accessor, createSignal, onMount } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { pushKeyId } from '#shared/features/notifications.ts'

export type PushState = 'unsupported' | 'denied' | 'off' | 'on' | 'asking'

export interface ThisDevice {
  state: Accessor<PushState>
  on(): Promise<void>
  off(): Promise<void>
}

/** Local: the id under which this device was told to the server. */
const deviceKey = 'push-device'

export function useThisDevice(): ThisDevice {
  const core = useCore()
  const key = core.feed.row('push_key', () => pushKeyId)
  const [state, setState] = createSignal<PushState>('unsupported')
  const isSupported = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

  async function look(): Promise<void> {
    if (!isSupported) return void setState('unsupported')
    if (Notification.permission === 'denied') return void setState('denied')
    const registration = await navigator.serviceWorker.getRegistration()
    const subscription = await registration?.pushManager.getSubscription()
    const told = await core.local.get<string>(deviceKey)
    setState(subscription && told ? 'on' : 'off')
  }
  onMount(() => void look())

  return {
    state,
    async on() {
      const publicKey = key()?.data.publicKey
      if (!isSupported || !publicKey) return
      setState('asking')
      try {
        if ((await Notification.requestPermission()) !== 'granted') return
        const registration = await navigator.serviceWorker.ready
        const subscription = await registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: publicKey,
        })
        const { endpoint, keys } = subscription.toJSON()
        if (!endpoint || !keys?.p256dh || !keys.auth) return
        const id = core.newId()
        await core.local.set(deviceKey, id)
        const name = navigator.userAgent.slice(0, 80)
        await core.commands.send('notifications.subscribe', {
          id,
          name,
          endpoint,
          p256dh: keys.p256dh,
          auth: keys.auth,
        })
      } catch {
        // The browser has no way to its push service now: the button is there again.
      } finally {
        await look()
      }
    },
    async off() {
      const registration = await navigator.serviceWorker.getRegistration()
      const subscription = await registration?.pushManager.getSubscription()
      await subscription?.unsubscribe()
      const id = await core.local.get<string>(deviceKey)
      await core.local.set(deviceKey, '')
      if (id) await core.commands.send('notifications.unsubscribe', { id })
      await look()
    },
  }
}
