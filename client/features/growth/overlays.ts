import type { Overlay } from '#client/core/feature.ts'
import { dayOf } from '#shared/core/day.ts'
import { type ChallengeDayRow, type ChallengeRow, dayId } from '#shared/features/growth.ts'
import type { CommandInput } from '#shared/features/index.ts'

const honour: Overlay<CommandInput<'growth.honour'>> = {
  rows({ subject, on, reason }, entry, existing, memberId) {
    if (!on) return [{ table: 'honours', id: subject, data: null }]
    const [kind, id] = subject.split(':', 2) as [string, string]
    const about = existing(kind === 'thread' ? 'threads' : 'articles', id)?.data
    const data = { subject, authorId: about?.authorId ?? '' }
    return [{ table: 'honours', id: subject, data: { ...data, byId: memberId, reason, at: entry.at } }]
  },
}

const hide: Overlay<CommandInput<'growth.hide'>> = {
  rows: ({ hidden }, _entry, existing, memberId) =>
    existing('standings', memberId) ? [{ table: 'standings', id: memberId, data: { hidden } }] : [],
}

const openChallenge: Overlay<CommandInput<'growth.open_challenge'>> = {
  rows({ challengeId, ...rest }, entry, _existing, memberId) {
    const row: ChallengeRow = { id: challengeId, ...rest, byId: memberId, createdAt: entry.at }
    return [{ table: 'challenges', id: challengeId, data: { ...row } }]
  },
}

const endChallenge: Overlay<CommandInput<'growth.end_challenge'>> = {
  rows: ({ challengeId }, entry) => [
    { table: 'challenges', id: challengeId, data: { to: dayOf(entry.at - 86_400_000) } },
  ],
}

const takePart: Overlay<CommandInput<'growth.take_part'>> = {
  rows({ challengeId, day, note }, entry, existing, memberId) {
    const name = existing('members', memberId)?.data.name
    const row: ChallengeDayRow = {
      challengeId,
      memberId,
      memberName: typeof name === 'string' ? name : '',
      day,
      note,
      at: entry.at,
    }
    return [{ table: 'challenge_days', id: dayId(challengeId, memberId, day), data: { ...row } }]
  },
}

export const overlays = {
  honour,
  hide,
  set_rules: {},
  open_challenge: openChallenge,
  end_challenge: endChallenge,
  take_part: takePart,
}
