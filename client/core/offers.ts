import type { LostText } from './copies.ts'
import type { ClientRegistry } from './feature.ts'
import type { NewCommand } from './outbox.ts'

/** The command of the feature that tells the community of it, if one does. */
export function offerOf(
  registry: ClientRegistry,
  lost: LostText,
  newId: () => string,
): NewCommand | undefined {
  for (const half of Object.values(registry.features)) {
    const offered = half.offer?.(lost)
    if (!offered) continue
    const [feature = '', command = ''] = offered.name.split('.', 2)
    const lane = `${feature}/${registry.contracts[feature]!.commands[command]!.lane(offered.input)}`
    return { ...offered, id: newId(), after: [], lane }
  }
  return undefined
}
