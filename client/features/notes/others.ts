/** Names of the others whose editors are open on the same document. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import type { Awareness } from 'y-protocols/awareness'

export function useOthers(awareness: () => Awareness): Accessor<string[]> {
  const [names, setNames] = createSignal<string[]>([], { equals: (a, b) => a.join('\n') === b.join('\n') })
  createEffect(() => {
    const shared = awareness()
    const read = (): void => {
      const own = (shared.getLocalState()?.user as { name?: unknown } | undefined)?.name
      const found = new Set<string>()
      for (const [client, state] of shared.getStates()) {
        const name = (state.user as { name?: unknown } | undefined)?.name
        if (client !== shared.clientID && typeof name === 'string' && name !== '' && name !== own)
          found.add(name)
      }
      setNames([...found].sort())
    }
    read()
    shared.on('change', read)
    onCleanup(() => shared.off('change', read))
  })
  return names
}
