import type { ObjectEntries, StrictObjectSchema } from 'valibot'
import { parse } from '#shared/core/contract.ts'
import type { Refusal } from '#shared/core/result.ts'
import type { WordKey } from '#shared/words/index.ts'

export type Schema = StrictObjectSchema<ObjectEntries, undefined>

/** Every field that breaks its rule, in the schema's order. */
export function checkFields(
  schema: Schema,
  input: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, WordKey>> = {},
): ReadonlyMap<string, Refusal> {
  const found = new Map<string, Refusal>()
  for (const [field, rule] of Object.entries(schema.entries)) {
    const checked = parse(rule, input[field])
    if (checked.ok) continue
    const empty = input[field] === '' || input[field] === undefined
    const reason = empty ? 'core.invalid_non_empty' : (rules[field] ?? checked.error.reason)
    found.set(field, { ...checked.error, field, ...(reason === undefined ? {} : { reason }) })
  }
  return found
}
