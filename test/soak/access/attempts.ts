/**
 * What everybody tries to do to everything: each command, at each thing that it could be about, by each of those who
 * may not. All of it must be refused, and what comes back must tell nothing.
 */
import { uuidv7 } from '#shared/core/ids.ts'
import type { CommandsResponse } from '#shared/core/wire.ts'
import { defaultRules } from '#shared/features/growth.ts'
import type { CommandName } from '#shared/features/index.ts'
import { defaultRules as moderationRules } from '#shared/features/moderation-rules.ts'
import { usualWeights } from '#shared/features/recommendation-models.ts'
import type { Findings } from './findings.ts'
import type { Http } from './http-probes.ts'
import { atLeast, mayKnow, type Standing } from './oracle.ts'
import type { Actor, World } from './planter.ts'

interface Attempt {
  input: object
  /** Then it is not tried. */
  may(who: Standing): boolean
}

const nobody = (): boolean => false
const anyMember = (who: Standing): boolean => atLeast(who, 'member')
const from =
  (role: 'author' | 'moderator' | 'owner') =>
  (who: Standing): boolean =>
    atLeast(who, role)

const details = { title: 'x', description: 'x', tags: [], lang: 'en', opening: { to: 'public' } }
const fresh = (): string => uuidv7()

type Attempts = { [N in CommandName | `circles.${string}`]: (world: World) => Attempt[] }

/** The drafts: of articles (gone), one that is open and one that was discarded. */
const drafts = (
  { ids, actor }: World,
  may: (who: Standing, id: string) => boolean,
): [string, Attempt['may']][] =>
  ids.draft.map((id, i) => {
    const authors = i === 0 ? ['ada', 'bea', 'dim'].map((name) => actor(name).member!.id) : []
    const mine = (who: Standing): boolean =>
      i === 0 && (who.role === 'owner' || (atLeast(who, 'author') && authors.includes(who.id!)))
    return [id, (who) => mine(who) || may(who, id)]
  })

/** At each course: public, for members, sold, not published; all of them by ada. */
function onCourses(
  { ids }: World,
  may: (who: Standing, i: number) => boolean,
  input: (i: number) => object,
): Attempt[] {
  return ids.course.map((courseId, i) => ({
    input: { courseId, ...input(i) },
    may: (who: Standing) => may(who, i),
  }))
}

const ownCourse =
  ({ actor }: World) =>
  (who: Standing, _i: number): boolean =>
    atLeast(who, 'owner') || (atLeast(who, 'author') && who.id === actor('ada').member!.id)

const opensCourse =
  (world: World) =>
  (who: Standing, i: number): boolean =>
    i < 2 ? anyMember(who) : ownCourse(world)(who, i) || (i === 2 && atLeast(who, 'moderator'))

/** As the feed has it: whoever wrote it, and the owners. */
const seesLater =
  ({ actor }: World) =>
  (who: Standing, _i: number): boolean =>
    atLeast(who, 'owner') || (atLeast(who, 'member') && who.id === actor('ada').member!.id)

const span = { start: Date.UTC(2030, 0, 1), end: Date.UTC(2030, 0, 2), capacity: null }
const talk = { ...span, title: 'x', abstract: '', room: '', persons: [] }
const meetup = {
  ...span,
  title: 'x',
  description: '',
  timeZone: 'UTC',
  online: false,
  place: '',
  link: null,
  url: null,
  opening: { to: 'members' },
  questions: [],
  offerHours: 12,
  priorityTiers: [],
}

/** At each event, by those who run it: moderators, for the events have no staff; and at what is no event of theirs. */
function onEvents({ ids }: World, input: object): Attempt[] {
  return [
    ...ids.event.map((eventId) => ({ input: { eventId, ...input }, may: from('moderator') })),
    ...ids.circle.map((eventId) => ({ input: { eventId, ...input }, may: nobody })),
  ]
}

const attempts: Attempts = {
  'accounts.edit_profile': () => [{ input: { name: 'x', handle: 'eve', bio: '' }, may: anyMember }],
  'accounts.set_preferences': () => [{ input: { theme: 'dark' }, may: anyMember }],
  'accounts.invite': () => [
    { input: { id: fresh(), role: 'owner', note: '', uses: 1, days: 1 }, may: from('owner') },
    { input: { id: fresh(), role: 'member', note: '', uses: 1, days: 1 }, may: from('moderator') },
  ],
  'accounts.revoke_invite': ({ ids }) =>
    ids.invite.map((id, i) => ({ input: { id }, may: from(i === 0 ? 'owner' : 'moderator') })),
  'accounts.set_role': ({ actors }) =>
    actors.flatMap(({ member }) =>
      member ? [{ input: { memberId: member.id, role: 'owner' }, may: from('owner') }] : [],
    ),
  'accounts.sign_out_everywhere': () => [{ input: {}, may: anyMember }],
  'accounts.describe_community': () => [
    { input: { name: 'x', about: 'x', language: 'en' }, may: from('owner') },
  ],
  'accounts.configure_community': () => [
    { input: { off: [], signUp: 'invite', opening: { to: 'public' } }, may: from('owner') },
  ],
  'accounts.accept_applicant': () => [{ input: { id: fresh() }, may: nobody }],
  'accounts.decline_applicant': () => [{ input: { id: fresh() }, may: nobody }],
  'articles.start_draft': ({ ids, actor }) => [
    { input: { id: fresh(), title: 'x', articleId: null }, may: from('author') },
    // An id that is taken, or was.
    ...[...ids.draft, ...ids.article].map((id) => ({
      input: { id, title: 'x', articleId: null },
      may: nobody,
    })),
    ...ids.article.map((articleId, i) => ({
      input: { id: fresh(), title: 'x', articleId },
      may: (who: Standing) => i !== 2 && (atLeast(who, 'owner') || who.id === actor('ada').member!.id),
    })),
  ],
  'articles.describe_draft': (world) =>
    drafts(world, nobody).map(([id, may]) => ({ input: { id, ...details }, may })),
  'articles.share_draft': (world) =>
    drafts(world, nobody).flatMap(([id, may]) =>
      world.actors.flatMap(({ member }) =>
        member ? [{ input: { id, memberId: member.id, on: true }, may }] : [],
      ),
    ),
  'articles.discard_draft': (world) => drafts(world, nobody).map(([id, may]) => ({ input: { id }, may })),
  'articles.publish': (world) =>
    drafts(world, nobody).map(([id, may]) => ({ input: { draftId: id, ...details, body: 'x' }, may })),
  'articles.schedule': (world) =>
    drafts(world, nobody).map(([id, may]) => ({
      input: { draftId: id, ...details, body: 'x', at: Date.now() + 86_400_000 },
      may,
    })),
  'articles.unschedule': (world) =>
    drafts(world, nobody).map(([id, may]) => ({ input: { draftId: id }, may })),
  'articles.withdraw': ({ ids, actor }) =>
    ids.article.map((id, i) => ({
      input: { id },
      may: (who) => i !== 2 && (atLeast(who, 'moderator') || who.id === actor('ada').member!.id),
    })),
  'courses.start_course': ({ ids }) => [
    { input: { courseId: fresh(), title: 'x', lang: 'en' }, may: from('author') },
    ...ids.course.map((courseId) => ({ input: { courseId, title: 'x', lang: 'en' }, may: nobody })),
  ],
  'courses.describe_course': (world) =>
    onCourses(world, ownCourse(world), () => ({
      title: 'x',
      description: 'x',
      tags: [],
      lang: 'en',
      opening: { to: 'public' },
    })),
  'courses.arrange': (world) =>
    onCourses(world, ownCourse(world), (i) => ({
      chapters: [{ id: world.ids.chapter[i], title: 'x', lessons: [] }],
    })),
  'courses.save_lesson': (world) =>
    onCourses(world, ownCourse(world), (i) => ({
      lessonId: world.ids.lesson[i * 2],
      chapterId: world.ids.chapter[i],
      title: 'x',
      body: 'x',
      free: true,
      base: null,
    })),
  'courses.remove_lesson': (world) =>
    onCourses(world, ownCourse(world), (i) => ({ lessonId: world.ids.lesson[i * 2] })),
  'courses.save_quiz': (world) => [
    ...onCourses(world, ownCourse(world), (i) => ({ lessonId: world.ids.lesson[i * 2 + 1], quiz: null })),
    ...onCourses(world, nobody, (i) => ({ lessonId: world.ids.lesson[(i * 2 + 2) % 8], quiz: null })),
  ],
  // Of those who may, one attempt is all there is.
  'courses.answer_quiz': (world) => [
    ...onCourses(world, opensCourse(world), (i) => ({
      lessonId: world.ids.lesson[i * 2 + 1],
      answers: {},
    })),
    ...onCourses(world, nobody, (i) => ({ lessonId: world.ids.lesson[(i * 2 + 2) % 8], answers: {} })),
  ],
  'courses.save_task': (world) => [
    ...onCourses(world, ownCourse(world), (i) => ({ lessonId: world.ids.lesson[i * 2 + 1], task: null })),
    ...onCourses(world, nobody, (i) => ({ lessonId: world.ids.lesson[(i * 2 + 2) % 8], task: null })),
  ],
  'courses.hand_in': (world) => [
    ...onCourses(world, opensCourse(world), (i) => ({
      lessonId: world.ids.lesson[i * 2 + 1],
      answerId: fresh(),
      after: null,
      text: 'x',
    })),
    // Over what somebody else handed in.
    ...onCourses(world, nobody, (i) => ({
      lessonId: world.ids.lesson[i * 2 + 1],
      answerId: world.ids.answer[0],
      after: null,
      text: 'x',
    })),
  ],
  'courses.review_answer': (world) =>
    world.ids.answer.flatMap((answerId) =>
      onCourses(
        world,
        (who, i) => i === 0 && ownCourse(world)(who, i),
        () => ({ answerId, decisions: 0, passed: true, marks: [], said: '' }),
      ),
    ),
  'courses.review_peer': (world) => onCourses(world, nobody, () => ({ id: fresh(), marks: [], said: '' })),
  'courses.save_cohort': (world) =>
    onCourses(world, ownCourse(world), (i) => ({
      id: world.ids.cohort[i],
      name: 'x',
      startsAt: 0,
      joining: 'open',
      weeks: {},
    })),
  'courses.end_cohort': (world) => onCourses(world, ownCourse(world), (i) => ({ id: world.ids.cohort[i] })),
  // Let in by nobody but those who run it: theirs are closed.
  'courses.set_cohort_member': (world) =>
    onCourses(world, ownCourse(world), (i) => ({
      id: world.ids.cohort[i],
      memberId: world.actor('mem').member!.id,
      on: true,
    })).map((attempt) => ({
      ...attempt,
      may: (who) => attempt.may(who) || who.id === null,
    })),
  'courses.claim_certificate': (world) => onCourses(world, nobody, () => ({})),
  'courses.show_certificate': () => [{ input: { id: 'x'.repeat(24), on: false }, may: nobody }],
  'courses.revoke_certificate': () => [{ input: { id: 'x'.repeat(24), on: true }, may: nobody }],
  'courses.publish_course': (world) => onCourses(world, ownCourse(world), () => ({})),
  'courses.withdraw_course': (world) =>
    onCourses(
      world,
      (who, i) => ownCourse(world)(who, i) || atLeast(who, 'moderator'),
      () => ({}),
    ),
  'courses.enrol': (world) => onCourses(world, opensCourse(world), () => ({})),
  // Leaving what one does not take changes nothing.
  'courses.leave': (world) => onCourses(world, anyMember, () => ({})),
  'courses.complete_lesson': (world) => [
    ...onCourses(world, opensCourse(world), (i) => ({ lessonId: world.ids.lesson[i * 2 + 1] })),
    // Its time is to come.
    ...onCourses(world, seesLater(world), (i) => ({ lessonId: world.ids['later lesson'][i] })),
    // A lesson of another course.
    ...onCourses(world, nobody, (i) => ({ lessonId: world.ids.lesson[(i * 2 + 2) % 8] })),
  ],
  'courses.assign': (world) =>
    onCourses(world, from('owner'), () => ({ id: fresh(), to: 'members', dueAt: null })),
  'courses.unassign': (world) => onCourses(world, from('owner'), () => ({ id: world.ids.assignment[0] })),
  'discussions.open_thread': ({ ids, actor }) => {
    const author = actor('ada').member!.id
    const ofTheGroup = (who: Standing): boolean =>
      mayKnow(who, { of: 'article', state: 'grouped', part: 'teaser', author })
    return [
      ...ids.article.map((id) => ({ kind: 'article', id })),
      ...ids.draft.filter((id) => !ids.article.includes(id)).map((id) => ({ kind: 'article', id })),
      ...ids.circle.map((id) => ({ kind: 'event', id })),
    ].map((subject, i) => ({
      input: {
        threadId: fresh(),
        postId: fresh(),
        title: 'x',
        kind: 'talk',
        subject,
        tags: [],
        body: 'x',
      },
      may: i < 2 || i === 3 ? anyMember : i === 4 ? ofTheGroup : nobody,
    }))
  },
  'discussions.post': ({ ids }) =>
    ids.thread.map((threadId, i) => ({
      input: { threadId, postId: fresh(), body: 'x', replyTo: null },
      may: i === ids.thread.length - 1 ? nobody : anyMember,
    })),
  'discussions.edit_post': (world) =>
    posts(world).map(({ key, author, state }) => ({
      input: { ...key, body: 'x' },
      may: (who) => state === 'open' && who.id === author,
    })),
  'discussions.delete_post': (world) =>
    posts(world).map(({ key, author, state }) => ({
      input: key,
      may: (who) => state === 'open' && (who.id === author || atLeast(who, 'moderator')),
    })),
  'discussions.react': (world) =>
    posts(world).map(({ key, state }) => ({
      input: { ...key, reaction: '👍', on: true },
      may: state === 'open' ? anyMember : nobody,
    })),
  // None of the planted posts has a poll.
  'discussions.vote': (world) =>
    posts(world).map(({ key }) => ({ input: { ...key, choices: [0] }, may: nobody })),
  'discussions.close_poll': (world) => posts(world).map(({ key }) => ({ input: key, may: nobody })),
  'discussions.accept': (world) =>
    posts(world).map(({ key, state }) => ({
      input: key,
      may: (who) =>
        state === 'open' && (who.id === world.actor('mem').member!.id || atLeast(who, 'moderator')),
    })),
  'groups.create': () => [
    { input: { id: fresh(), name: 'x', description: '', joining: 'open' }, may: from('moderator') },
  ],
  'groups.describe': () => [
    { input: { id: fresh(), name: 'x', description: '', joining: 'open' }, may: nobody },
  ],
  'groups.delete': () => [{ input: { id: fresh() }, may: nobody }],
  'groups.add': () => [{ input: { groupId: fresh(), who: ['x'] }, may: nobody }],
  'groups.remove': () => [{ input: { groupId: fresh(), memberId: fresh() }, may: nobody }],
  'groups.set_lead': () => [{ input: { groupId: fresh(), memberId: fresh(), lead: true }, may: nobody }],
  'groups.join': () => [{ input: { groupId: fresh() }, may: nobody }],
  'groups.leave': () => [{ input: { groupId: fresh() }, may: nobody }],
  'growth.honour': ({ ids }) => [
    ...ids.thread.map((id, i) => ({
      input: { subject: `thread:${id}`, on: true, reason: '' },
      may: i === ids.thread.length - 1 ? nobody : from('moderator'),
    })),
    ...ids.circle.map((id) => ({ input: { subject: `article:${id}`, on: true, reason: '' }, may: nobody })),
  ],
  'growth.hide': () => [{ input: { hidden: true }, may: anyMember }],
  'growth.set_rules': () => [{ input: { rules: defaultRules }, may: from('owner') }],
  'growth.open_challenge': () => [
    {
      input: { challengeId: fresh(), title: 'x', text: '', from: '2026-01-01', to: '2026-01-02' },
      may: from('moderator'),
    },
  ],
  'growth.end_challenge': () => [{ input: { challengeId: fresh() }, may: nobody }],
  'growth.take_part': () => [{ input: { challengeId: fresh(), day: '2026-01-01', note: '' }, may: nobody }],
  'notifications.read': () => [{ input: { ids: ['x'] }, may: anyMember }],
  'notifications.set_levels': () => [{ input: { levels: { replies: 'off' } }, may: anyMember }],
  'notifications.follow': ({ ids }) =>
    ids.thread.map((threadId, i) => ({
      input: { threadId, on: true },
      may: i === ids.thread.length - 1 ? nobody : anyMember,
    })),
  'notifications.subscribe': () => [
    {
      input: { id: fresh(), name: 'x', endpoint: 'https://169.254.169.254/x', p256dh: 'x', auth: 'x' },
      may: nobody,
    },
  ],
  'notifications.unsubscribe': () => [{ input: { id: fresh() }, may: anyMember }],
  'planning.start': ({ ids }) => {
    const choice = { template: 'meetup', lang: 'en', currency: 'CNY', proposalId: null }
    return [
      ...ids.event.map((eventId) => ({ input: { eventId, ...choice }, may: from('moderator') })),
      ...ids.circle.map((eventId) => ({ input: { eventId, ...choice }, may: nobody })),
    ]
  },
  'planning.propose': () => [
    { input: { proposalId: fresh(), title: 'x', text: '', template: 'ama' }, may: anyMember },
  ],
  'planning.vote': ({ ids }) => [
    ...ids.proposal.map((proposalId) => ({ input: { proposalId, on: true }, may: anyMember })),
    { input: { proposalId: fresh(), on: true }, may: nobody },
  ],
  'planning.withdraw': ({ ids, actor }) =>
    ids.proposal.map((proposalId) => ({
      input: { proposalId },
      may: (who) =>
        atLeast(who, 'moderator') || (atLeast(who, 'member') && who.id === actor('mem').member!.id),
    })),
  'planning.decide': ({ ids }) =>
    ids.proposal.map((proposalId) => ({
      input: { proposalId, state: 'declined', reason: '' },
      may: from('moderator'),
    })),
  'planning.recap': (world) =>
    drafts(world, nobody).map(([draftId, may]) => ({
      input: { eventId: world.ids.event[0]!, draftId, lang: 'en' },
      may,
    })),
  'events.rsvp': ({ ids }) => [
    ...ids.event.map((eventId) => ({ input: { eventId, on: true }, may: anyMember })),
    ...ids.circle.map((eventId) => ({ input: { eventId, on: true }, may: nobody })),
  ],
  'events.create': ({ ids }) => [
    { input: { eventId: fresh(), ...meetup }, may: from('moderator') },
    ...ids.event.map((eventId) => ({ input: { eventId, ...meetup }, may: nobody })),
  ],
  'events.edit': (world) => onEvents(world, { changes: { title: 'x' } }),
  'events.open': (world) => onEvents(world, {}),
  'events.cancel': (world) => onEvents(world, { reason: 'x' }),
  'events.set_staff': (world) => onEvents(world, { memberId: world.actor('mem').member!.id, on: true }),
  'events.set_session': (world) => [
    ...onEvents(world, { sessionId: fresh(), ...talk }),
    // A session of another event.
    { input: { eventId: world.ids.event[0], sessionId: world.ids.session[1], ...talk }, may: nobody },
  ],
  'events.set_seats': ({ ids }) =>
    ids.event.map((eventId, i) => ({
      input: { eventId, sessionId: ids.session[i], capacity: 5 },
      may: from('moderator'),
    })),
  'events.remove_session': ({ ids }) => [
    { input: { eventId: ids.event[0], sessionId: ids.session[1] }, may: nobody },
    ...ids.event.map((eventId, i) => ({
      input: { eventId, sessionId: ids.session[i] },
      may: from('moderator'),
    })),
  ],
  'events.move': ({ ids, actor }) =>
    ids.event.map((eventId) => ({
      input: { eventId, subjectId: eventId, memberId: actor('ada').member!.id, to: 'going' },
      may: nobody,
    })),
  'events.check_in': (world) => [
    ...onEvents(world, { scanId: fresh(), memberId: world.actor('mem').member!.id }),
    ...world.ids.event.map((eventId) => ({
      input: { eventId, scanId: fresh(), ticket: '0'.repeat(32) },
      may: nobody,
    })),
  ],
  'events.walk_in': (world) => onEvents(world, { scanId: fresh(), name: 'x' }),
  'events.undo_check_in': (world) => onEvents(world, { checkInId: 'x' }),
  // Nobody was there yet.
  'events.give_feedback': ({ ids }) =>
    ids.event.map((eventId) => ({ input: { eventId, rating: 5, text: 'x', anonymous: true }, may: nobody })),
  'events.save_session': ({ ids }) => [
    ...ids.session.map((sessionId) => ({ input: { sessionId, on: true }, may: anyMember })),
    ...ids.circle.map((sessionId) => ({ input: { sessionId, on: true }, may: nobody })),
  ],
  'memberships.order': ({ ids }) => [
    // Whoever has a role may buy; but not what is not sold, nor under somebody else's id.
    { input: { ...purchase(ids.tier[0]!), id: fresh() }, may: anyMember },
    { input: { ...purchase(fresh()), id: fresh() }, may: nobody },
    ...ids.order.map((id) => ({ input: { ...purchase(ids.tier[0]!), id }, may: nobody })),
  ],
  'memberships.cancel_order': ({ ids }) => ids.order.map((id) => ({ input: { id }, may: nobody })),
  'memberships.stop_renewal': ({ ids }) => ids.order.map((id) => ({ input: { id }, may: nobody })),
  'memberships.redeem': () => [{ input: { id: fresh(), code: 'NOSUCHCODE' }, may: nobody }],
  'memberships.save_tier': () => [
    {
      input: { id: fresh(), name: { en: 'x', zh: '' }, benefits: { en: '', zh: '' }, prices: [monthly] },
      may: from('owner'),
    },
  ],
  'memberships.archive_tier': ({ ids }) =>
    ids.tier.map((id) => ({ input: { id, archived: true }, may: from('owner') })),
  'memberships.rank_tiers': ({ ids }) => [{ input: { ids: ids.tier }, may: from('owner') }],
  'memberships.set_price': ({ ids }) =>
    ids.article.map((id) => ({
      input: { item: `item:article:${id}`, amount: 1, currency: 'CNY' },
      may: from('owner'),
    })),
  'memberships.describe_payment': () => [
    { input: { currency: 'CNY', instructions: { en: 'x', zh: '' }, code: '' }, may: from('owner') },
  ],
  'memberships.mark_paid': ({ ids }) =>
    ids.order.map((orderId) => ({ input: { orderId, note: '' }, may: nobody })),
  'memberships.refund': ({ ids }) =>
    ids.order.map((orderId) => ({
      input: { id: fresh(), orderId, amount: 1, reason: 'x', end: true },
      may: from('owner'),
    })),
  'memberships.give': ({ ids, actors }) =>
    actors.flatMap(({ member }) =>
      member
        ? [
            {
              input: {
                id: fresh(),
                memberId: member.id,
                subject: `tier:${ids.tier[0]}`,
                term: { kind: 'forever' },
                reason: 'x',
              },
              may: from('owner'),
            },
          ]
        : [],
    ),
  'memberships.end': ({ ids }) =>
    [...ids.order, fresh()].map((id) => ({ input: { id, reason: 'x' }, may: from('owner') })),
  'memberships.make_codes': ({ ids }) => [
    {
      input: {
        id: fresh(),
        note: 'x',
        subject: `tier:${ids.tier[0]}`,
        term: { kind: 'forever' },
        count: 1,
        uses: 1,
        expiresAt: null,
      },
      may: from('owner'),
    },
  ],
  'memberships.end_codes': ({ ids }) => ids.batch.map((id) => ({ input: { id }, may: from('owner') })),
  'memberships.save_coupon': ({ ids }) =>
    [fresh(), ...ids.coupon].map((id) => ({
      input: {
        id,
        code: 'FREE',
        percent: 100,
        off: null,
        currency: 'CNY',
        limit: null,
        perMember: 1,
        until: null,
        subjects: [],
      },
      may: from('owner'),
    })),
  'memberships.end_coupon': ({ ids }) => ids.coupon.map((id) => ({ input: { id }, may: from('owner') })),
  'moderation.report': (world) => [
    ...posts(world).map(({ key, author, state }) => ({
      input: { target: `post:${key.postId}`, ...blame },
      may: (who: Standing) => state === 'open' && anyMember(who) && who.id !== author,
    })),
    ...world.ids.circle.map((id) => ({ input: { target: `thread:${id}`, ...blame }, may: nobody })),
  ],
  'moderation.claim': () => [{ input: { itemId: fresh(), on: true }, may: nobody }],
  'moderation.decide': () => [
    { input: { itemId: fresh(), version: 1, act: 'keep', decisionId: fresh(), ...blame }, may: nobody },
  ],
  'moderation.take_down': (world) =>
    posts(world).map(({ key, state }) => ({
      input: { decisionId: fresh(), target: `post:${key.postId}`, act: 'delete', ...blame },
      may: state === 'open' ? from('moderator') : nobody,
    })),
  'moderation.penalise': ({ actors }) =>
    actors.flatMap(({ member, standing }) =>
      member
        ? [
            {
              input: { id: fresh(), memberId: member.id, kind: 'suspend', hours: 1, ...blame },
              // By what they are now: one was a moderator once.
              may: (who: Standing) =>
                atLeast(who, 'moderator') &&
                who.id !== member.id &&
                (standing.role === 'moderator' ? who.role === 'owner' : standing.role !== 'owner'),
            },
          ]
        : [],
    ),
  'moderation.lift': () => [{ input: { decisionId: fresh(), note: '' }, may: nobody }],
  'moderation.appeal': () => [{ input: { decisionId: fresh(), text: 'x' }, may: nobody }],
  'moderation.set_rules': () => [{ input: { rules: moderationRules }, may: from('moderator') }],
  'notes.keep_version': ({ ids }) =>
    [...ids.session, ...ids.circle].map((sessionId) => ({
      input: { sessionId, id: fresh(), name: fresh(), body: 'x' },
      may: ids.session.includes(sessionId) ? anyMember : nobody,
    })),
  'notes.name_version': ({ ids, actor }) =>
    ids.session.flatMap((sessionId, i) =>
      ids.version.map((id, j) => ({
        input: { sessionId, id, name: fresh() },
        may: (who) => i === j && (who.id === actor('mem').member!.id || atLeast(who, 'moderator')),
      })),
    ),
  'notes.purge': ({ ids }) =>
    ids.session.map((sessionId) => ({ input: { sessionId }, may: from('moderator') })),
  // Nobody of them has asked to leave.
  'media.arrange': (world) => {
    const list = { media: null, captions: [], files: [] }
    const own = ownCourse(world)
    return [
      ...world.ids.lesson.map((id) => ({
        input: { subject: `lesson:${id}`, ...list },
        may: (who: Standing) => own(who, 0),
      })),
      ...world.ids.article.map((id, i) => ({
        input: { subject: `article:${id}`, ...list },
        may: (who: Standing) => i !== 2 && own(who, 0),
      })),
    ]
  },
  // The bytes with which every PNG begins.
  'pictures.add': () => [
    {
      input: {
        hash: '4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6',
        type: 'image/png',
        bytes: 'iVBORw0KGgo=',
      },
      may: anyMember,
    },
  ],
  'profiles.stay': () => [{ input: {}, may: nobody }],
  'recommendations.set_sharing': () => [{ input: { on: false }, may: anyMember }],
  'recommendations.share_reads': ({ ids, actor }) => [
    {
      input: { items: ids.article.map((id) => ({ item: `article:${id}`, weight: 1 })) },
      may: (who) => who.id === actor('mem').member!.id,
    },
  ],
  'recommendations.retrain': () => [{ input: {}, may: from('owner') }],
  'recommendations.cancel_training': () => [{ input: {}, may: from('owner') }],
  'recommendations.roll_back': () => [{ input: { version: '0'.repeat(64) }, may: from('owner') }],
  'recommendations.unpin': () => [{ input: {}, may: from('owner') }],
  'recommendations.try_weights': () => [{ input: usualWeights, may: from('owner') }],
  'recommendations.set_weights': () => [{ input: usualWeights, may: from('owner') }],
  'recovery.offer': ({ ids, actor }) => [
    { input: { room: `thread/${ids.thread[0]}`, text: 'x', cut: false }, may: anyMember },
    { input: { room: `me/${actor('mem').member!.id}/reading`, text: 'x', cut: false }, may: nobody },
  ],
  'recovery.discard': ({ ids }) =>
    ids.copy.map((id, i) => ({ input: { id }, may: from(i === 0 ? 'moderator' : 'owner') })),
  'circles.found': () => [
    { input: { id: fresh(), access: 'public', text: 'x', file: null }, may: from('moderator') },
  ],
  'circles.tell': ({ ids }) => ids.circle.map((id) => ({ input: { id, text: 'x' }, may: from('moderator') })),
  'circles.close': ({ ids }) => ids.circle.map((id) => ({ input: { id }, may: from('moderator') })),
  'circles.admit': ({ ids, actors }) =>
    ids.circle.flatMap((id) =>
      actors.flatMap(({ member }) =>
        member ? [{ input: { id, memberId: member.id, until: null }, may: from('moderator') }] : [],
      ),
    ),
  'circles.remove': ({ actors }) =>
    actors.flatMap(({ member }) => (member ? [{ input: { memberId: member.id }, may: from('owner') }] : [])),
}

const blame = { reason: 'spam', note: '' }
const monthly = { id: 'month', amount: 3_000, currency: 'CNY', term: { kind: 'months', count: 1 } }

function purchase(tierId: string): object {
  const { amount, currency } = monthly
  return { subject: `tier:${tierId}`, priceId: 'month', coupon: null, amount, currency, provider: 'manual' }
}

/** In each thread that is open: the question of mem, an edited post of ada's, a deleted one; then a deleted question. */
function posts(
  world: World,
): { key: { threadId: string; postId: string }; author: string; state: 'open' | 'deleted' }[] {
  const { ids, actor } = world
  return ids.post.map((postId, i) => {
    const thread = Math.floor(i / 3)
    const isLast = thread === ids.thread.length - 1
    return {
      key: { threadId: ids.thread[thread]!, postId },
      author: actor(i % 3 === 0 ? 'mem' : 'ada').member!.id,
      state: isLast || i % 3 === 2 ? 'deleted' : 'open',
    }
  })
}

/** @param thin each attempt is made by a few, in turn. */
export async function probeCommands(
  world: World,
  http: Http,
  findings: Findings,
  thin: boolean,
): Promise<void> {
  let turn = 0
  const isTheirTurn = (): boolean => !thin || turn++ % 5 === 0
  for (const [name, tries] of Object.entries(attempts)) {
    for (const { input, may } of tries(world)) {
      for (const actor of world.actors) {
        if (may(actor.standing) || !isTheirTurn()) continue
        await send(world, actor, http, findings, name, input, uuidv7(world.community.clock.now))
      }
    }
  }
  // A command that somebody else has sent: its result is theirs.
  for (const { id, by } of world.commands) {
    for (const actor of world.actors) {
      if (actor.name === by || !isTheirTurn()) continue
      const input = { memberId: fresh(), role: 'owner' }
      await send(world, actor, http, findings, 'accounts.set_role', input, id)
    }
  }
}

async function send(
  world: World,
  actor: Actor,
  http: Http,
  findings: Findings,
  name: string,
  input: object,
  id: string,
): Promise<void> {
  const envelope = { id, name, input, at: world.community.clock.now }
  const body = JSON.stringify({ commands: [envelope] })
  const { status, bytes } = await http.ask(actor, '/api/commands', { method: 'POST', body })
  const probe = `${name} ${JSON.stringify(input)}`
  findings.read(actor, probe, bytes)
  if (actor.standing.id === null) {
    findings.expect(status === 401, actor, probe, `was answered ${status}`)
    return
  }
  const { results } = JSON.parse(Buffer.from(bytes).toString()) as CommandsResponse
  findings.expect(results?.[0]?.ok === false, actor, probe, 'was allowed')
}
