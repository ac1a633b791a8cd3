/** What arrives meets today's rules, however long ago it was written. */
import type { Act, Screen } from '#server/core/feature.ts'
import type { Refusal } from '#shared/core/result.ts'
import { canModerate } from '#shared/features/moderation.ts'
import {
  isNewcomer,
  judge,
  type ModerationRules,
  type Rule,
  reachOf,
} from '#shared/features/moderation-rules.ts'
import { fingerprint } from '#shared/features/moderation-text.ts'
import { memberNow, standingPenalty } from './decisions.ts'
import { addItem, changeItem, openItem, publishHeld, wordsOf } from './items.ts'
import { rulesOf } from './rules.ts'
import { db, postId } from './tables.ts'

/** Whose words were removed within so long is looked at when the same words come again, from anybody. */
const removedWithin = 90 * 86_400_000

type Input = Record<string, unknown>

function screen(name: string): Screen {
  return async (act, input: Input) => {
    const { tx, viewer } = act
    const silenced = await standingPenalty(tx, viewer.id, 'silenced')
    if (silenced) {
      const { until, reason } = silenced
      return refusal('silenced', { until, why: `moderation.reason_${reason}` })
    }
    if (canModerate(viewer)) return 'accept'
    const rules = await rulesOf(tx)
    const words = wordsOf(input)
    const print = fingerprint(words.text)
    const isEdit = name === 'discussions.edit_post'
    const verdict = await look(act, rules, {
      text: words.all,
      print,
      isEdit,
      isArticle: name === 'articles.publish',
    })
    const post = { id: postId(viewer.id, act.commandId), member_id: viewer.id, print, at: tx.now }
    if (verdict.act === 'refuse') return refusal(verdict.why, verdict.params)
    if (verdict.act === 'hold') {
      const item = await addItem(tx, {
        kind: 'held',
        author_id: viewer.id,
        command: name,
        command_id: act.commandId,
        input: JSON.stringify(input),
        acted_at: act.at,
        rule: verdict.rule,
        why: verdict.why,
      })
      await publishHeld(tx, item)
      if (!isEdit)
        await db(tx)
          .insertInto('moderation_post')
          .values({ ...post, let_through: 0 })
          .execute()
      return { hold: verdict.why }
    }
    const target = targetOf(name, input)
    const open = isEdit || verdict.act === 'flag' ? await openItem(tx, target) : undefined
    const shown = { title: words.title, text: words.text, path: '', hidden: false }
    if (open && isEdit)
      await changeItem(tx, open.id, { version: open.version + 1 }, { ...shown, path: pathOf(input) })
    if (verdict.act === 'flag' && !open) {
      const about = { target, author_id: viewer.id, rule: verdict.rule, why: verdict.why }
      await addItem(tx, { kind: 'reported', ...about }, { ...shown, path: pathOf(input) })
    }
    if (!isEdit)
      await db(tx)
        .insertInto('moderation_post')
        .values({ ...post, let_through: 1 })
        .execute()
    return 'accept'
  }
}

type Verdict =
  | { act: 'accept' }
  | { act: 'hold' | 'flag'; rule: string; why: string }
  | { act: 'refuse'; why: string; params: Record<string, number | string> }

async function look(
  { tx, viewer }: Act,
  rules: ModerationRules,
  post: { text: string; print: string; isEdit: boolean; isArticle: boolean },
): Promise<Verdict> {
  const inUse = rules.rules.filter((rule) => rule.on)
  const reach = reachOf(inUse)
  const recent =
    reach === 0
      ? []
      : await db(tx)
          .selectFrom('moderation_post')
          .select(['member_id', 'print', 'at'])
          .where('at', '>', tx.now - reach)
          .where((where) => where.or([where('member_id', '=', viewer.id), where('print', '=', post.print)]))
          .execute()
  const circumstances = {
    now: tx.now,
    edit: post.isEdit,
    print: post.print,
    recent: recent.map((one) => ({ mine: one.member_id === viewer.id, print: one.print, at: one.at })),
  }
  // Who is new is looked up where something is said against what newcomers post, and that is rare.
  const isNewcomerWord = (one: Rule): boolean => one.who === 'new' || one.kind === 'first_posts'
  let said = judge(inUse, post.text, { ...circumstances, isNew: true, posts: 0 })
  if (said.rule && inUse.some(isNewcomerWord))
    said = judge(inUse, post.text, { ...circumstances, ...(await standingOf(tx, viewer, rules)) })
  const { rule, tooLong } = said
  if (rule?.act === 'refuse') {
    const { id: _id, name: _name, on: _on, act: _act, who: _who, kind, ...params } = rule
    const told = Object.fromEntries(Object.entries(params).filter(([, value]) => typeof value === 'number'))
    return { act: 'refuse', why: kind, params: told }
  }
  if (rule?.act === 'hold') return { act: 'hold', rule: rule.name, why: rule.kind }
  if (await wasRemoved(tx, post.print)) return { act: 'hold', rule: '', why: 'removed' }
  if (post.isArticle && rules.reviewArticles) return { act: 'hold', rule: '', why: 'review' }
  if (tooLong) return { act: 'hold', rule: '', why: 'long' }
  return rule ? { act: 'flag', rule: rule.name, why: rule.kind } : { act: 'accept' }
}

async function standingOf(
  tx: Act['tx'],
  viewer: Act['viewer'],
  rules: ModerationRules,
): Promise<{ isNew: boolean; posts: number }> {
  const counted = await db(tx)
    .selectFrom('moderation_post')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('member_id', '=', viewer.id)
    .where('let_through', '=', 1)
    .executeTakeFirst()
  const posts = Number(counted?.count ?? 0)
  const joinedAt = (await memberNow(tx, viewer.id))?.joinedAt ?? tx.now
  // Whoever was given a task is known.
  const isNew = viewer.role === 'member' && isNewcomer(rules, { posts, joinedAt, now: tx.now })
  return { isNew, posts }
}

async function wasRemoved(tx: Act['tx'], print: string): Promise<boolean> {
  // Short words are anybody's.
  if (Number(print.split('.')[1]) < 20) return false
  const removed = await db(tx)
    .selectFrom('moderation_decision')
    .select('id')
    .where('print', '=', print)
    .where('act', 'in', ['hidden', 'deleted', 'rejected'])
    .where('at', '>', tx.now - removedWithin)
    .where((where) => where.or([where('outcome', 'is', null), where('outcome', '=', 'upheld')]))
    .limit(1)
    .executeTakeFirst()
  return removed !== undefined
}

function targetOf(name: string, input: Input): string {
  if (name === 'discussions.open_thread') return `thread:${input.threadId}`
  return name === 'articles.publish' ? `article:${input.draftId}` : `post:${input.postId}`
}

function pathOf(input: Input): string {
  return typeof input.threadId === 'string' ? `/discuss/${input.threadId}` : `/read/${input.draftId}`
}

function refusal(why: string, params: Record<string, number | string>): Refusal {
  return {
    code: 'forbidden',
    message: `not taken by the community's rules: ${why}`,
    reason: `moderation.refused_${why}`,
    params,
  }
}

const screened = ['discussions.open_thread', 'discussions.post', 'discussions.edit_post', 'articles.publish']

export const screens = Object.fromEntries(screened.map((name) => [name, screen(name)]))
