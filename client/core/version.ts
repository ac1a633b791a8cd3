/**
 * This client's version goes with whatever it sends, and a server that does not serve it any more answers 426 before it
 * applies anything. Then all tabs stop sending, what they hold stays where it is, and the app gets itself a new shell
 * (features/shell/update.ts). Should the server serve this version again before, everything goes on.
 */
import { type Accessor, createSignal } from 'solid-js'
import { versionHeader, versions } from '#shared/core/wire.ts'
import type { Surroundings } from './surroundings.ts'

export interface Version {
  /** The same, saying the version. */
  around: Surroundings
  /** The server has said that this client is too old. */
  outdated: Accessor<boolean>
  close(): void
}

/** @param onChange nothing more may be sent, or all may again */
export function createVersion(given: Surroundings, onChange: (outdated: boolean) => void): Version {
  const [outdated, setOutdated] = createSignal(false)
  const channel = given.channel('lyceum-version')
  const current = String(versions.current)

  function learn(isOutdated: boolean): void {
    if (outdated() === isOutdated) return
    setOutdated(isOutdated)
    onChange(isOutdated)
  }

  channel.addEventListener('message', (event) => learn(event.data === 'outdated'))

  const around: Surroundings = {
    ...given,
    async fetch(url, init) {
      const headers = { ...(init?.headers as Record<string, string> | undefined), [versionHeader]: current }
      const response = await given.fetch(url, { ...init, headers })
      const isOutdated = response.status === 426
      if ((isOutdated || response.ok) && isOutdated !== outdated()) {
        learn(isOutdated)
        channel.postMessage(isOutdated ? 'outdated' : 'served')
      }
      return response
    },
    connect: (url) => given.connect(`${url}${url.includes('?') ? '&' : '?'}v=${current}`),
  }
  return { around, outdated, close: () => channel.close() }
}
