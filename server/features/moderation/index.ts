/** Moderation on the server: see shared/features/moderation.ts for what it is. */
import { listener, type ServerHalf, type Tx } from '#server/core/feature.ts'
import { articles } from '#shared/features/articles.ts'
import { discussions } from '#shared/features/discussions.ts'
import { canModerate, type moderation as contract, rulesId } from '#shared/features/moderation.ts'
import { commands } from './commands.ts'
import { close, decisionById, forget } from './decisions.ts'
import { onDeleted } from './deleted.ts'
import { dryRun } from './dry-run.ts'
import { closeItem, openItem } from './items.ts'
import { verify } from './log.ts'
import { answerReports } from './reports.ts'
import { rulesOf } from './rules.ts'
import { screens } from './screens.ts'
import { migrations } from './tables.ts'

/** Its author has taken it away: there is nothing to decide any more, and nothing of it stays here. */
async function gone(tx: Tx, target: string): Promise<void> {
  const item = await openItem(tx, target)
  if (item) {
    await answerReports(tx, target, 'ignored', null)
    await closeItem(tx, item, null)
  }
  await forget(tx, target)
}

export const moderation: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    moderation_report: ['reports', 'review_items'],
    moderation_item: ['review_items', 'held_items'],
    moderation_decision: ['decisions', 'review_items'],
    moderation_log: ['moderation_log'],
    moderation_rules: ['moderation_rules'],
    moderation_post: 'server',
  },
  commands,
  screens,
  rows: {
    review_items: { audience: () => 'role:moderator' },
    held_items: { audience: (item) => `member:${item.memberId}` },
    decisions: { audience: (decision) => `member:${decision.memberId}` },
    reports: { audience: (report) => `member:${report.memberId}` },
    moderation_log: { audience: () => 'role:moderator' },
    moderation_rules: { audience: () => 'role:moderator' },
  },
  documents: {},
  queries: {
    dry_run: {
      access: canModerate,
      run: ({ reader, services }, { rule }) => dryRun(reader, services, rule),
    },
    verify_log: { access: canModerate, run: ({ reader }) => verify(reader) },
  },
  on: {
    'profiles.deleted': onDeleted,
    'discussions.post_deleted': listener(discussions, 'post_deleted', async (tx, { postId, threadId }) => {
      await gone(tx, `post:${postId}`)
      if ((await tx.row('threads', threadId)) === null) await goneUnlessHidden(tx, `thread:${threadId}`)
    }),
    'articles.withdrawn': listener(articles, 'withdrawn', async (tx, { articleId }) => {
      await goneUnlessHidden(tx, `article:${articleId}`)
    }),
  },
  evenUnused: ['profiles.deleted'],
  jobs: {
    async close(services, { id }: { id: string }) {
      await services.transact(async (tx) => {
        const decision = await decisionById(tx, id)
        const waits = decision?.appeal !== null && decision?.outcome === null
        if (!decision || decision.closed_at !== null || waits) return
        await close(tx, decision)
      })
    },
  },
  start: (services) =>
    services.transact(async (tx) => {
      if ((await tx.row('moderation_rules', rulesId)) === null)
        await tx.publish('moderation_rules', rulesId, await rulesOf(tx))
    }),
}

/** Out of sight by a decision is not gone. */
async function goneUnlessHidden(tx: Tx, target: string): Promise<void> {
  const [kind, id] = target.split(':', 2) as [string, string]
  const now = await (await tx.matters())[kind]?.find(tx, id)
  if (!now?.hidden) await gone(tx, target)
}
