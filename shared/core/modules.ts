/**
 * Which features a community uses. It names those that it does not use; what rests on one of them is not used
 * either, and comes back with it. The server and the device decide by the same rule.
 */
import type { Contract } from './contract.ts'

type Needs = Pick<Contract, 'needs' | 'always'>

/** @param off names; those that no contract has are passed over, and so are features that are always there. */
export function usedFeatures(
  contracts: Readonly<Record<string, Needs>>,
  off: readonly string[],
): Set<string> {
  const used = new Set(
    Object.keys(contracts).filter((name) => contracts[name]!.always || !off.includes(name)),
  )
  for (let left = -1; left !== used.size; ) {
    left = used.size
    for (const name of used) {
      if (contracts[name]!.needs?.some((needed) => !used.has(needed))) used.delete(name)
    }
  }
  return used
}
