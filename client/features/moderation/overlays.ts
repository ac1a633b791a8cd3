import type { Overlay } from '#client/core/feature.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { reportId } from '#shared/features/moderation.ts'

const report: Overlay<CommandInput<'moderation.report'>> = {
  rows({ target, reason, note }, entry, existing, memberId) {
    const id = reportId(memberId, target)
    if (existing('reports', id)) return []
    const said = { memberId, target, reason, note, at: entry.at, outcome: null, answeredAt: null }
    return [{ table: 'reports', id, data: said }]
  },
}

const claim: Overlay<CommandInput<'moderation.claim'>> = {
  rows({ itemId, on }, entry, existing, memberId) {
    if (!existing('review_items', itemId)) return []
    const name = existing('members', memberId)?.data.name ?? ''
    const data = on
      ? { claimedBy: memberId, claimedName: name, claimedAt: entry.at }
      : { claimedBy: null, claimedName: '', claimedAt: 0 }
    return [{ table: 'review_items', id: itemId, data }]
  },
}

const decide: Overlay<CommandInput<'moderation.decide'>> = {
  rows: ({ itemId }) => [{ table: 'review_items', id: itemId, data: null }],
}

const appeal: Overlay<CommandInput<'moderation.appeal'>> = {
  rows: ({ decisionId, text }, entry, existing) =>
    existing('decisions', decisionId)
      ? [{ table: 'decisions', id: decisionId, data: { appeal: { text, at: entry.at } } }]
      : [],
}

const setRules: Overlay<CommandInput<'moderation.set_rules'>> = {
  rows: ({ rules }) => [{ table: 'moderation_rules', id: 'rules', data: { ...rules } }],
}

export const overlays = {
  report,
  claim,
  decide,
  take_down: {},
  penalise: {},
  lift: {},
  appeal,
  set_rules: setRules,
}
