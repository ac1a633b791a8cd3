/** Planning on the server: boards and what is read off them, proposals and votes, recaps. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { planning as contract } from '#shared/features/planning.ts'
import { projectBoard, start } from './board.ts'
import { onDeleted } from './deleted.ts'
import { decide, propose, vote, withdraw } from './proposals.ts'
import { fillRecap, onPublished, onWithdrawn, recap } from './recap.ts'
import { planMorning, remind } from './reminders.ts'
import { migrations } from './tables.ts'

/** Those who organise an event. */
const organisers = (eventId: string): ['role:moderator', `event:${string}:staff`] => [
  'role:moderator',
  `event:${eventId}:staff`,
]

export const planning: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    planning_board: ['plan_boards'],
    planning_task: ['plan_tasks', 'plan'],
    planning_proposal: ['proposals'],
    planning_vote: ['proposals', 'proposal_votes'],
    planning_recap: ['recaps'],
  },
  commands: { start, propose, withdraw, vote, decide, recap },
  rows: {
    plan_boards: { audience: (_board, id) => organisers(id) },
    plan_tasks: { audience: (task) => organisers(task.eventId) },
    proposals: { audience: () => 'members' },
    proposal_votes: { audience: (_vote, id) => `member:${id.slice(id.indexOf(':') + 1)}` },
    recaps: { audience: (recap) => (recap.isPublic ? 'everyone' : 'members') },
  },
  documents: { plan: { access: 'row', project: projectBoard } },
  queries: {},
  on: {
    'articles.published': onPublished,
    'articles.withdrawn': onWithdrawn,
    'profiles.deleted': onDeleted,
  },
  evenUnused: ['profiles.deleted'],
  jobs: { remind, recap: fillRecap },
  start: (services) => services.transact(planMorning),
}
