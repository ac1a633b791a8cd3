/**
 * Who may know what: the product's rules once more, in words of their own and in one place. Nothing here asks the
 * server, so that a rule which is wrong there is not wrong here too. A row, a kind of room or a command that has no
 * entry does not compile.
 */
import type { Opening } from '#shared/core/opening.ts'
import type { Audience, Role } from '#shared/core/viewer.ts'
import type { Contracts, Row, TableName } from '#shared/features/index.ts'
import type { CircleRow } from './circles.ts'

/** Somebody at the door, as they stand at the moment. */
export interface Standing {
  /** `null`: came without a session, with one that has ended, or without a role. */
  id: string | null
  role: Role | null
  /** Circles that they are in now. */
  circles: readonly string[]
  /** Audiences that they have been let into besides. */
  granted?: readonly string[]
}

const power: readonly Role[] = ['member', 'author', 'moderator', 'owner']

export function atLeast(who: Standing, role: Role): boolean {
  return who.id !== null && who.role !== null && power.indexOf(who.role) >= power.indexOf(role)
}

/** Something that was planted. */
export type Fact =
  | {
      of: 'article'
      state: 'public' | 'members' | 'withdrawn' | 'sold' | 'grouped'
      part: 'teaser' | 'preview' | 'body'
      author: string
    }
  | { of: 'draft'; state: 'open' | 'discarded'; part: 'row' | 'body'; authors: readonly string[] }
  | {
      of: 'course'
      state: 'public' | 'members' | 'purchase' | 'draft'
      /** `later`: of a lesson whose time is to come. */
      part: 'catalogue' | 'free' | 'later' | 'body'
      author: string
    }
  /** What is right in a quiz whose attempts are counted; nobody there has taken it. */
  | { of: 'quiz key'; author: string }
  /** What was handed in, or said of it: its author runs the course, and one peer was to review it. */
  | { of: 'answer'; author: string; besides: readonly string[] }
  | { of: 'thread'; state: 'open' | 'deleted' }
  /** About an article that is for a group alone; whoever wrote the article may see it, too. */
  | { of: 'inner thread'; author: string }
  | { of: 'post'; state: 'open' | 'deleted' | 'earlier' }
  | { of: 'event'; access: 'public' | 'members' }
  /** What those know who run an event, and those besides whom it concerns. */
  | { of: 'running'; besides: readonly string[] }
  | { of: 'notes'; state: 'now' | 'version' }
  /** What the organisers of an event plan. */
  | { of: 'plan'; event: string }
  | { of: 'proposal' }
  | { of: 'circle'; access: 'public' | 'circle'; id: string; state: 'open' | 'closed'; part: 'all' | 'board' }
  | { of: 'invitation'; role: Role }
  /** What devices saved of a room that the server had lost. */
  | { of: 'copy'; room: 'thread' | 'draft' }
  | { of: 'community' }
  /** Of whom it is; absent: the till's. */
  | { of: 'money'; member?: string }
  /** One member's, and of those who keep order. */
  | { of: 'kept'; member: string }
  /** What is one member's alone. */
  | { of: 'own'; member: string }
  /** What leaves the server for nobody. */
  | { of: 'nobody' }

export function mayKnow(who: Standing, fact: Fact): boolean {
  const isMember = atLeast(who, 'member')
  switch (fact.of) {
    case 'article':
      if (fact.state === 'withdrawn') return false
      // What an article for members is about is told to everybody who has its address.
      if (fact.state === 'public' || (fact.state === 'members' && fact.part === 'teaser')) return true
      if (fact.state === 'members') return isMember
      if (fact.state === 'sold' && fact.part !== 'body') return true
      return mayOpenLimited(who, fact.author, fact.state === 'sold' ? sold : grouped)
    case 'draft':
      if (fact.state === 'discarded' || !isMember) return false
      if (who.role === 'owner') return true
      // Whoever is an author no more still sees that there is a draft of theirs, but not into it.
      return fact.authors.includes(who.id!) && (fact.part === 'row' || atLeast(who, 'author'))
    case 'course':
      if (fact.state === 'draft' || fact.part === 'later')
        return who.id === fact.author || atLeast(who, 'owner')
      if (fact.state === 'members') return isMember
      if (fact.state === 'public' || fact.part !== 'body') return true
      return atLeast(who, 'moderator') || who.id === fact.author
    case 'quiz key':
      return atLeast(who, 'owner') || who.id === fact.author
    case 'answer':
      return (
        atLeast(who, 'owner') || who.id === fact.author || (who.id !== null && fact.besides.includes(who.id))
      )
    case 'thread':
      return fact.state === 'open' && isMember
    case 'inner thread':
      return mayOpenLimited(who, fact.author, grouped)
    case 'post':
      return fact.state !== 'deleted' && isMember
    case 'event':
      return fact.access === 'public' || isMember
    case 'running':
      return atLeast(who, 'moderator') || (isMember && fact.besides.includes(who.id!))
    case 'notes':
      return isMember
    case 'plan':
      return atLeast(who, 'moderator') || isIn(who, `event:${fact.event}:staff`)
    case 'proposal':
      return isMember
    case 'circle':
      if (fact.state === 'closed' || (fact.part === 'board' && !isMember)) return false
      return fact.access === 'public' || (isMember && who.circles.includes(fact.id))
    case 'invitation':
      return fact.role === 'owner' ? atLeast(who, 'owner') : atLeast(who, 'moderator')
    case 'copy':
      return atLeast(who, fact.room === 'draft' ? 'owner' : 'moderator')
    case 'community':
      return true
    case 'money':
      return atLeast(who, 'owner') || (who.id !== null && who.id === fact.member)
    case 'kept':
      return atLeast(who, 'moderator') || (who.id !== null && who.id === fact.member)
    case 'own':
      return who.id === fact.member
    case 'nobody':
      return false
  }
}

/** To whom an article is sold, and for which group one is. */
export const sold: Audience = 'tier:gold'
export const grouped: Audience = 'group:weavers'

function mayOpenLimited(who: Standing, author: string | null, audience: string): boolean {
  if (!atLeast(who, 'member')) return false
  return atLeast(who, 'moderator') || who.id === author || (who.granted ?? []).includes(audience)
}

const isIn = (who: Standing, audience: Audience): boolean =>
  atLeast(who, 'member') && (who.granted ?? []).includes(audience)

/** Those who run an event. */
const runs = (who: Standing, eventId: string): boolean =>
  atLeast(who, 'moderator') || isIn(who, `event:${eventId}:staff`)

function mayJoin(who: Standing, { to, tiers }: Opening, eventId: string): boolean {
  if (to === 'public') return true
  if (to === 'members') return atLeast(who, 'member')
  const bought = isIn(who, `item:event:${eventId}`) || (tiers ?? []).some((id) => isIn(who, `tier:${id}`))
  return runs(who, eventId) || bought
}

type Rows = { [T in TableName]: Row<T> } & { circles: CircleRow }

/** What a row of a course says it is. */
function ofCourse(
  row: Pick<Row<'courses'>, 'opening' | 'published' | 'authorId'>,
  part: 'catalogue' | 'free' | 'later' | 'body',
): Fact {
  const state = row.published ? (row.opening.to as 'public' | 'members' | 'purchase') : 'draft'
  return { of: 'course', state, part, author: row.authorId ?? '' }
}

/** What a row with something of a lesson's says it is. */
function ofLesson(row: Omit<Row<'lesson_texts'>, 'sequence'>): Fact {
  if (row.opensAt !== null && row.opensAt !== undefined) return ofCourse(row, 'later')
  return ofCourse(row, row.free ? 'free' : 'body')
}

/** What a row about an answer says it is. */
const ofAnswer = (row: { memberId: string; authorId: string | null }): Fact => ({
  of: 'answer',
  author: row.authorId ?? '',
  besides: [row.memberId],
})

/** Which rows of the feed are for whom. */
const rowRules: { [T in keyof Rows]: (who: Standing, row: Rows[T], id: string) => boolean } = {
  community: () => true,
  members: (who) => atLeast(who, 'member'),
  accounts: (who, _row, id) => who.id === id,
  invites: (who, row) => mayKnow(who, { of: 'invitation', role: row.role }),
  groups: (who, row, id) =>
    atLeast(who, row.joining === 'open' ? 'member' : 'author') || isIn(who, `group:${id}`),
  group_members: (who, row) => atLeast(who, 'moderator') || isIn(who, `group:${row.groupId}`),
  applicants: (who) => atLeast(who, 'moderator'),
  articles: (who, row) =>
    row.opening.to === 'groups'
      ? mayOpenLimited(who, row.authorId, grouped)
      : row.opening.to !== 'members' || atLeast(who, 'member'),
  article_texts: (who, row) => {
    const { to } = row.opening
    if (to === 'public') return true
    if (to === 'members') return atLeast(who, 'member')
    return mayOpenLimited(who, row.authorId, to === 'groups' ? grouped : sold)
  },
  drafts: (who, row) => mayKnow(who, { of: 'draft', state: 'open', part: 'row', authors: row.authorIds }),
  pictures: (who, _row, id) => who.id !== null && id.endsWith(`.${who.id}`),
  uploads: (who, _row, id) => who.id !== null && id.endsWith(`.${who.id}`),
  // Whom they are for is told by the canaries in them.
  attachments: () => true,
  courses: (who, row) => mayKnow(who, ofCourse(row, 'catalogue')),
  lessons: (who, row) => mayKnow(who, ofCourse(row, 'catalogue')),
  lesson_texts: (who, row) => mayKnow(who, ofLesson(row)),
  enrolments: (who, _row, id) => who.id !== null && id.startsWith(`${who.id}:`),
  cohorts: (who, row) => mayKnow(who, ofCourse(row, 'catalogue')),
  cohort_members: (who, row) =>
    atLeast(who, 'owner') || (who.id !== null && [row.memberId, row.authorId].includes(who.id)),
  certificates: (who, row) => who.id !== null && who.id === row.memberId,
  quizzes: (who, row) => mayKnow(who, ofLesson(row)),
  quiz_keys: (who, row) => mayKnow(who, { of: 'quiz key', author: row.authorId ?? '' }),
  quiz_results: (who, _row, id) => who.id !== null && id.startsWith(`${who.id}:`),
  lesson_tasks: (who, row) => mayKnow(who, ofLesson(row)),
  task_answers: (who, row) => mayKnow(who, ofAnswer(row)),
  task_reviews: (who, row) => mayKnow(who, ofAnswer(row)),
  // As the peer alone, or those who run the course: not even its member sees who is to review it.
  peer_answers: (who, row) => mayKnow(who, ofAnswer(row)),
  assignments: (who) => atLeast(who, 'member'),
  // Those about what is for a few are told by their canaries.
  threads: (who) => atLeast(who, 'member'),
  poll_votes: (who, _row, id) => who.id !== null && id.endsWith(`:${who.id}`),
  mentions: (who, _row, id) => who.id !== null && id.endsWith(`:${who.id}`),
  events: (who, row, id) =>
    row.state === 'draft' ? runs(who, id) : mayKnow(who, { of: 'event', access: row.access }),
  sessions: (who, row) =>
    row.draft ? runs(who, row.eventId) : mayKnow(who, { of: 'event', access: row.access }),
  event_doors: (who, row, id) => (row.draft ? runs(who, id) : mayJoin(who, row.opening, id)),
  event_priorities: (who, row, id) => runs(who, id) || row.tiers.some((tier) => isIn(who, `tier:${tier}`)),
  event_links: (who, _row, id) => runs(who, id) || isIn(who, `event:${id}:attendees`),
  event_staff: (who, row) => runs(who, row.eventId),
  seats: (who, _row, id) => who.id !== null && id.startsWith(`${who.id}:`),
  attendees: (who, row) => runs(who, row.eventId),
  check_ins: (who, row) => runs(who, row.eventId),
  own_feedback: (who, _row, id) => who.id !== null && id.startsWith(`${who.id}:`),
  feedback: (who, row) => runs(who, row.eventId),
  plans: (who, _row, id) => who.id !== null && id.startsWith(`${who.id}:`),
  tiers: () => true,
  prices: () => true,
  payment_ways: (who) => atLeast(who, 'member'),
  orders: (who, row) => mayKnow(who, { of: 'money', member: row.memberId }),
  entitlements: (who, row) => mayKnow(who, { of: 'money', member: row.memberId }),
  coupons: (who) => atLeast(who, 'owner'),
  code_batches: (who) => atLeast(who, 'owner'),
  notes: (who) => atLeast(who, 'member'),
  note_versions: (who) => atLeast(who, 'member'),
  models: (who, _row, id) => id === 'everyone' || (id === 'members' && atLeast(who, 'member')),
  sharing: (who, _row, id) => who.id === id,
  leavings: (who, _row, id) => who.id === id,
  portraits: (who) => atLeast(who, 'member'),
  portrait_reports: (who) => atLeast(who, 'moderator'),
  model_states: (who) => atLeast(who, 'owner'),
  model_versions: (who) => atLeast(who, 'owner'),
  model_trials: (who) => atLeast(who, 'owner'),
  growth_rules: (who) => atLeast(who, 'member'),
  points: (who, row) => who.id === row.memberId,
  standings: (who, row, id) => (row.hidden ? who.id === id : atLeast(who, 'member')),
  boards: (who) => atLeast(who, 'member'),
  honours: (who) => atLeast(who, 'member'),
  challenges: (who) => atLeast(who, 'member'),
  challenge_days: (who) => atLeast(who, 'member'),
  notices: (who, row) => who.id === row.memberId,
  notice_settings: (who, _row, id) => who.id === id,
  follows: (who, row) => who.id === row.memberId,
  push_key: (who) => atLeast(who, 'member'),
  review_items: (who) => atLeast(who, 'moderator'),
  held_items: (who, row) => who.id === row.memberId,
  decisions: (who, row) => who.id === row.memberId,
  reports: (who, row) => who.id === row.memberId,
  moderation_log: (who) => atLeast(who, 'moderator'),
  moderation_rules: (who) => atLeast(who, 'moderator'),
  plan_boards: (who, _row, id) => mayKnow(who, { of: 'plan', event: id }),
  plan_tasks: (who, row) => mayKnow(who, { of: 'plan', event: row.eventId }),
  proposals: (who) => mayKnow(who, { of: 'proposal' }),
  proposal_votes: (who, _row, id) => who.id !== null && id.endsWith(`:${who.id}`),
  recaps: (who, row) => row.isPublic || atLeast(who, 'member'),
  recoveries: (who, row) =>
    mayKnow(who, { of: 'copy', room: row.room.startsWith('thread/') ? 'thread' : 'draft' }),
  circles: (who, row, id) =>
    mayKnow(who, { of: 'circle', access: row.access, id, state: 'open', part: 'all' }),
}

/** A table that is not known here is for nobody. */
export function mayReceive(who: Standing, table: string, id: string, data: unknown): boolean {
  const rule = Object.hasOwn(rowRules, table) ? rowRules[table as keyof Rows] : undefined
  return rule !== undefined && (rule as (who: Standing, row: unknown, id: string) => boolean)(who, data, id)
}

type Kinds = { [F in keyof Contracts]: keyof Contracts[F]['documents'] }[keyof Contracts] | 'hall' | 'board'

/** What is planted in a room of each kind, and so who may open it. */
export interface RoomFact {
  kind: Kinds
  fact: Fact
}

const writable: { readonly [K in Kinds]: boolean } = {
  content: false,
  lesson: false,
  thread: false,
  hall: false,
  draft: true,
  notes: true,
  plan: true,
  me: true,
  board: true,
}

export function mayWrite(who: Standing, { kind, fact }: RoomFact): boolean {
  return writable[kind] && who.id !== null && mayKnow(who, fact)
}
