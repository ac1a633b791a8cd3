/**
 * What the threads must be: the commands that the server has said yes to, in the order in which it did, played on a
 * model of a few lines. Tables and documents have to agree with it.
 */
import type Sqlite from 'better-sqlite3'
import type { CommandResult } from '#shared/core/wire.ts'
import { actKey } from './page.ts'
import type { Witness } from './witness.ts'

interface Post {
  body: string
  edits: number
  deleted: boolean
  /** `👍 <member>` */
  given: Set<string>
}

/** @returns what the tables have otherwise. */
export function modelOf(witness: Witness, db: Sqlite.Database): string[] {
  const posts = new Map<string, Post>()
  const problems: string[] = []
  const rows = db
    .prepare('select member_id as member, command_id as id, result from command_result order by rowid')
    .all() as { member: string; id: string; result: string }[]
  const known = new Set(rows.map(({ member, id }) => actKey(member, id)))
  for (const { member, id, result } of rows) {
    const act = witness.commands.get(actKey(member, id))
    const answer = JSON.parse(result) as CommandResult
    if (!act || !answer.ok) continue
    const { input } = act
    const post = posts.get(input.postId)
    if (act.name === 'discussions.post' || act.name === 'discussions.open_thread') {
      posts.set(input.postId, { body: input.body, edits: 0, deleted: false, given: new Set() })
    } else if (post && act.name === 'discussions.edit_post') {
      if (post.body !== input.body) post.edits++
      post.body = input.body
    } else if (post && act.name === 'discussions.delete_post') {
      Object.assign(post, { body: '', edits: 0, deleted: true, given: new Set() })
    } else if (post && act.name === 'discussions.react') {
      const given = `${input.reaction} ${act.member}`
      if (input.on) post.given.add(given)
      else post.given.delete(given)
    }
  }
  for (const [key, act] of witness.commands) {
    if (act.state === 'saved' && !known.has(key))
      problems.push(`${act.name} of ${act.page} was saved, and the server does not know it`)
  }
  for (const [id, wanted] of posts) {
    const own = db.prepare('select body, edits, deleted_at from discussions_post where id = ?').get(id)
    const given = db.prepare('select reaction, member_id from discussions_reaction where post_id = ?').all(id)
    const { body, edits, deleted_at } = (own ?? {}) as {
      body?: string
      edits?: number
      deleted_at?: number | null
    }
    const has = {
      body,
      edits,
      deleted: typeof deleted_at === 'number',
      given: (given as { reaction: string; member_id: string }[])
        .map((row) => `${row.reaction} ${row.member_id}`)
        .sort(),
    }
    const should = { ...wanted, given: [...wanted.given].sort() }
    if (
      JSON.stringify(has) !==
      JSON.stringify({ body: should.body, edits: should.edits, deleted: should.deleted, given: should.given })
    )
      problems.push(`post ${id} is ${JSON.stringify(has)}, not ${JSON.stringify(should)}`)
  }
  return problems
}
