/** What a waiting command is, in words: its name, its human part, and the part of it that can be edited. */
import type { OutboxEntry } from '#client/core/commands.ts'
import type { CommandName, TableName } from '#shared/features/index.ts'
import type { WordKey } from '#shared/words/index.ts'

const names = {
  'accounts.edit_profile': 'accounts.act_edit_profile',
  'accounts.set_preferences': 'accounts.act_set_preferences',
  'accounts.invite': 'accounts.act_invite',
  'accounts.revoke_invite': 'accounts.act_revoke_invite',
  'accounts.set_role': 'accounts.act_set_role',
  'accounts.accept_applicant': 'accounts.act_accept_applicant',
  'accounts.decline_applicant': 'accounts.act_decline_applicant',
  'accounts.sign_out_everywhere': 'accounts.act_sign_out_everywhere',
  'accounts.describe_community': 'accounts.act_describe_community',
  'accounts.configure_community': 'accounts.act_configure_community',
  'articles.start_draft': 'accounts.act_start_draft',
  'articles.describe_draft': 'accounts.act_describe_draft',
  'articles.share_draft': 'accounts.act_share_draft',
  'articles.discard_draft': 'accounts.act_discard_draft',
  'articles.publish': 'accounts.act_publish',
  'articles.schedule': 'articles.act_schedule',
  'articles.unschedule': 'articles.act_unschedule',
  'articles.withdraw': 'accounts.act_withdraw',
  'courses.start_course': 'courses.act_start_course',
  'courses.describe_course': 'courses.act_describe_course',
  'courses.arrange': 'courses.act_arrange',
  'courses.save_lesson': 'courses.act_save_lesson',
  'courses.remove_lesson': 'courses.act_remove_lesson',
  'courses.publish_course': 'courses.act_publish_course',
  'courses.withdraw_course': 'courses.act_withdraw_course',
  'courses.enrol': 'courses.act_enrol',
  'courses.leave': 'courses.act_leave',
  'courses.complete_lesson': 'courses.act_complete_lesson',
  'courses.save_quiz': 'quizzes.act_save',
  'courses.answer_quiz': 'quizzes.act_answer',
  'courses.save_task': 'tasks.act_save',
  'courses.hand_in': 'tasks.act_hand_in',
  'courses.review_answer': 'tasks.act_review',
  'courses.review_peer': 'tasks.act_review',
  'courses.claim_certificate': 'certificates.act_claim',
  'courses.show_certificate': 'certificates.act_show',
  'courses.revoke_certificate': 'certificates.act_revoke',
  'courses.save_cohort': 'cohorts.act_save',
  'courses.end_cohort': 'cohorts.act_end',
  'courses.set_cohort_member': 'cohorts.act_member',
  'courses.assign': 'courses.act_assign',
  'courses.unassign': 'courses.act_unassign',
  'discussions.open_thread': 'accounts.act_open_thread',
  'discussions.post': 'accounts.act_post',
  'discussions.edit_post': 'accounts.act_edit_post',
  'discussions.delete_post': 'accounts.act_delete_post',
  'discussions.vote': 'discussions.act_vote',
  'discussions.close_poll': 'discussions.act_close_poll',
  'discussions.react': 'accounts.act_react',
  'discussions.accept': 'accounts.act_accept',
  'events.rsvp': 'accounts.act_rsvp',
  'events.save_session': 'accounts.act_save_session',
  'events.create': 'events.act_create',
  'events.edit': 'events.act_edit',
  'events.open': 'events.act_open',
  'events.cancel': 'events.act_cancel',
  'events.set_staff': 'events.act_set_staff',
  'events.set_session': 'events.act_set_session',
  'events.set_seats': 'events.act_set_seats',
  'events.remove_session': 'events.act_remove_session',
  'events.move': 'events.act_move',
  'events.check_in': 'events.act_check_in',
  'events.walk_in': 'events.act_walk_in',
  'events.undo_check_in': 'events.act_undo_check_in',
  'events.give_feedback': 'events.act_give_feedback',
  'growth.honour': 'growth.act_honour',
  'growth.hide': 'growth.act_hide',
  'growth.set_rules': 'growth.act_set_rules',
  'growth.open_challenge': 'growth.act_open_challenge',
  'growth.end_challenge': 'growth.act_end_challenge',
  'growth.take_part': 'growth.act_take_part',
  'pictures.add': 'pictures.act_add',
  'media.arrange': 'media.act_arrange',
  'memberships.order': 'memberships.act_order',
  'memberships.cancel_order': 'memberships.act_cancel_order',
  'memberships.stop_renewal': 'memberships.act_stop_renewal',
  'memberships.redeem': 'memberships.act_redeem',
  'memberships.save_tier': 'memberships.act_save_tier',
  'memberships.archive_tier': 'memberships.act_archive_tier',
  'memberships.rank_tiers': 'memberships.act_rank_tiers',
  'memberships.set_price': 'memberships.act_set_price',
  'memberships.describe_payment': 'memberships.act_describe_payment',
  'memberships.mark_paid': 'memberships.act_mark_paid',
  'memberships.refund': 'memberships.act_refund',
  'memberships.give': 'memberships.act_give',
  'memberships.end': 'memberships.act_end',
  'memberships.make_codes': 'memberships.act_make_codes',
  'memberships.end_codes': 'memberships.act_end_codes',
  'memberships.save_coupon': 'memberships.act_save_coupon',
  'memberships.end_coupon': 'memberships.act_end_coupon',
  'groups.create': 'groups.act_create',
  'groups.describe': 'groups.act_describe',
  'groups.delete': 'groups.act_delete',
  'groups.add': 'groups.act_add',
  'groups.remove': 'groups.act_remove',
  'groups.set_lead': 'groups.act_set_lead',
  'groups.join': 'groups.act_join',
  'groups.leave': 'groups.act_leave',
  'moderation.report': 'moderation.act_report',
  'moderation.claim': 'moderation.act_claim',
  'moderation.decide': 'moderation.act_decide',
  'moderation.take_down': 'moderation.act_take_down',
  'moderation.penalise': 'moderation.act_penalise',
  'moderation.lift': 'moderation.act_lift',
  'moderation.appeal': 'moderation.act_appeal',
  'moderation.set_rules': 'moderation.act_set_rules',
  'notes.keep_version': 'notes.act_keep_version',
  'notes.name_version': 'notes.act_name_version',
  'notes.purge': 'notes.act_purge',
  'notifications.read': 'notifications.act_read',
  'notifications.set_levels': 'notifications.act_set_levels',
  'notifications.follow': 'notifications.act_follow',
  'notifications.subscribe': 'notifications.act_subscribe',
  'notifications.unsubscribe': 'notifications.act_unsubscribe',
  'planning.start': 'planning.act_start',
  'planning.propose': 'planning.act_propose',
  'planning.withdraw': 'planning.act_withdraw',
  'planning.vote': 'planning.act_vote',
  'planning.decide': 'planning.act_decide',
  'planning.recap': 'planning.act_recap',
  'profiles.stay': 'profiles.act_stay',
  'recommendations.set_sharing': 'accounts.act_set_sharing',
  'recommendations.share_reads': 'accounts.act_share_reads',
  'recommendations.retrain': 'accounts.act_retrain',
  'recommendations.cancel_training': 'accounts.act_cancel_training',
  'recommendations.roll_back': 'accounts.act_roll_back',
  'recommendations.unpin': 'accounts.act_unpin',
  'recommendations.try_weights': 'accounts.act_try_weights',
  'recommendations.set_weights': 'accounts.act_set_weights',
  'recovery.offer': 'recovery.act_offer',
  'recovery.discard': 'recovery.act_discard',
} as const satisfies Record<CommandName, WordKey>

/** `undefined` for a command that this version does not know: its words are then its name. */
export function actName(command: string): WordKey | undefined {
  return Object.hasOwn(names, command) ? names[command as CommandName] : undefined
}

/** The fields that people wrote, in the order in which they read. */
const written = {
  title: 'accounts.field_title',
  name: 'accounts.name',
  handle: 'accounts.handle',
  description: 'accounts.field_description',
  note: 'accounts.invite_note',
  bio: 'accounts.bio',
  about: 'accounts.community_about',
  body: 'accounts.field_body',
} as const satisfies Record<string, WordKey>

export interface WrittenField {
  field: string
  label: WordKey
  value: string
  /** Worth several lines. */
  long: boolean
}

export function writtenFields(entry: Pick<OutboxEntry, 'input'>): WrittenField[] {
  const input: Record<string, unknown> = entry.input ?? {}
  return Object.entries(written).flatMap(([field, label]) => {
    const value = input[field]
    if (typeof value !== 'string') return []
    return [{ field, label, value, long: ['body', 'bio', 'about', 'description'].includes(field) }]
  })
}

/** All that somebody wrote in this act, as plain text. */
export function writtenText(entry: Pick<OutboxEntry, 'input'>): string {
  return writtenFields(entry)
    .filter(({ value }) => value !== '')
    .map(({ value, long }, i) => (i === 0 ? value : `${long ? '\n\n' : '\n'}${value}`))
    .join('')
}

const subjects = {
  sessionId: 'sessions',
  eventId: 'events',
  threadId: 'threads',
  draftId: 'drafts',
  articleId: 'articles',
  memberId: 'members',
} as const satisfies Record<string, TableName>

/** The row that this act is about, when its input names one: where to find what to call it. */
export function subjectOf(entry: Pick<OutboxEntry, 'input'>): { table: TableName; id: string } | undefined {
  const input: Record<string, unknown> = entry.input ?? {}
  for (const [field, table] of Object.entries(subjects)) {
    const id = input[field]
    if (typeof id === 'string') return { table, id }
  }
  return undefined
}

/** Refused and stuck acts wait for a decision; all others go their way alone. */
export function needsDecision(entry: Pick<OutboxEntry, 'state'>): boolean {
  return entry.state === 'refused' || entry.state === 'parked'
}
