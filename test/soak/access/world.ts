/**
 * A community in which everything that somebody may not know is marked. People of every standing, and content in every
 * state, made through the real commands, imports and rooms; each text carries a canary, a word that stands nowhere
 * else. Whoever receives a canary has received what it stood in.
 */
import { randomBytes } from 'node:crypto'
import { openSqlite } from '#server/core/db.ts'
import type { Registry } from '#server/core/feature.ts'
import { createMember } from '#server/features/accounts/index.ts'
import { writeEvent, writeSession } from '#server/features/events/programme.ts'
import { trainNow } from '#server/features/recommendations/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import type { FeedPage } from '#shared/core/wire.ts'
import type { ArticleAccess } from '#shared/features/articles.ts'
import { mentionId } from '#shared/features/discussions.ts'
import { planId } from '#shared/features/events.ts'
import { openCommunity, type TestCommunity } from '../../support/community.ts'
import { registry } from './circles.ts'
import type { Fact, RoomFact, Standing } from './oracle.ts'

export interface Actor {
  name: string
  /** As which they come: who they are and were, whatever has ended since. */
  member: Member | null
  standing: Standing
  cookie: string | null
  email: string
  /** What the server gave them for a cursor, and as whom: also when they were something else. */
  cursors: { cursor: string; as: string | null }[]
}

export interface Planted {
  what: string
  fact: Fact
}

export interface World {
  community: TestCommunity
  actors: Actor[]
  actor(name: string): Actor
  /** By the word that marks it. */
  canaries: Map<string, Planted>
  /** Marks that are not made by us: ids, tokens, hashes. */
  marks: Map<string, Planted>
  rooms: Map<string, RoomFact>
  files: string[]
  /** Addresses of pages. */
  pages: string[]
  ids: Record<IdKind, string[]>
  commands: { id: string; by: string }[]
  close(): Promise<void>
}

type IdKind =
  | 'copy'
  | 'article'
  | 'draft'
  | 'thread'
  | 'post'
  | 'event'
  | 'session'
  | 'circle'
  | 'version'
  | 'invite'

export const canaryPattern = /cnry[0-9a-f]{16}/g

const day = 86_400_000

/** A community that turns nobody away for asking too much: that would hide what stands behind it. */
export async function openPatient(rules: Registry = registry): Promise<TestCommunity> {
  const endless = Number.MAX_SAFE_INTEGER
  const community = await openCommunity({
    database: openSqlite(':memory:'),
    registry: rules,
    bounds: {
      upgradesPerMember: endless,
      guestUpgradesPerAddress: endless,
      joinsPerSecond: endless,
      joinsAtOnce: endless,
      commandsPerMinute: endless,
      requestsUnderWay: endless,
      requestsWhenOverloaded: endless,
      requestsTurn: endless,
      requestsTurnWhenOverloaded: endless,
    },
  })
  community.services.allowRate = async () => true
  return community
}

export async function openWorld(rules?: Registry): Promise<World> {
  const community = await openPatient(rules)
  const { services, clock } = community

  const actors: Actor[] = []
  const canaries = new Map<string, Planted>()
  const marks = new Map<string, Planted>()
  const rooms = new Map<string, RoomFact>()
  const files: string[] = []
  const pages = ['/', '/read', '/events', '/me', '/feed.xml']
  const commands: World['commands'] = []
  const ids: Record<IdKind, string[]> = {
    article: [],
    copy: [],
    draft: [],
    thread: [],
    post: [],
    event: [],
    session: [],
    circle: [],
    version: [],
    invite: [],
  }

  function plant(what: string, fact: Fact): string {
    const word = `cnry${randomBytes(8).toString('hex')}`
    canaries.set(word, { what, fact })
    return word
  }

  function mark(text: string, what: string, fact: Fact): void {
    marks.set(text, { what, fact })
  }

  function newId<K extends IdKind>(kind: K): string {
    const id = uuidv7(clock.now)
    ids[kind].push(id)
    return id
  }

  async function join(name: string, role: Role, password?: string): Promise<Actor> {
    const id = uuidv7(clock.now)
    const email = `${plant(`the address of ${name}`, { of: 'own', member: id })}@example.org`
    const made = await createMember(services, {
      id,
      handle: name,
      name,
      email,
      role,
      ...(password === undefined ? {} : { password }),
    })
    if (!made.ok) throw new Error(made.error.message)
    const actor: Actor = {
      name,
      member: made.value,
      standing: { id, role, circles: [] },
      cookie: null,
      email,
      cursors: [],
    }
    mark(`member:${id}`, `the audience of ${name}`, { of: 'own', member: id })
    actors.push(actor)
    await signIn(actor)
    return actor
  }

  async function signIn(actor: Actor): Promise<void> {
    const agent = plant(`the browser of ${actor.name}`, { of: 'own', member: actor.member!.id })
    const { token } = await services.sessions.open(actor.member!.id, agent)
    mark(token, `the session of ${actor.name}`, { of: 'nobody' })
    actor.cookie = services.sessions.cookie(token).split(';')[0]!
  }

  function stranger(name: string, cookie: string | null): Actor {
    const standing: Standing = { id: null, role: null, circles: [] }
    const actor: Actor = { name, member: null, standing, cookie, email: '', cursors: [] }
    actors.push(actor)
    return actor
  }

  async function act(actor: Actor, name: string, input: object): Promise<string> {
    const id = uuidv7(clock.now)
    const result = await services.execute(actor.member!, { id, name, input, at: clock.now })
    if (!result.ok) throw new Error(`${actor.name} could not ${name}: ${result.message}`)
    commands.push({ id, by: actor.name })
    return id
  }

  async function readFeed(actor: Actor): Promise<FeedPage['rows']> {
    const rows: FeedPage['rows'] = []
    let cursor = ''
    for (;;) {
      const headers: Record<string, string> = actor.cookie === null ? {} : { cookie: actor.cookie }
      const address = `/api/feed?cursor=${encodeURIComponent(cursor)}`
      const page = (await (await community.request(address, { headers })).json()) as FeedPage
      rows.push(...page.rows)
      cursor = page.cursor
      if (page.more) continue
      const { viewer } = await services.sessions.viewer(actor.cookie?.split('=')[1])
      actor.cursors.push({ cursor, as: viewer.id })
      return rows
    }
  }

  async function file(what: string, fact: Fact): Promise<string> {
    const bytes = Buffer.from(`not much of a picture: ${plant(`the file of ${what}`, fact)}`)
    const hash = await services.storeFile(
      bytes,
      'image/png',
      plant(`the name of the file of ${what}`, { of: 'nobody' }),
    )
    files.push(hash)
    return hash
  }

  // Long before: sessions and grants of these have ended by themselves when the others come.
  const own = await join('own', 'owner')
  const mod = await join('mod', 'moderator')
  const expired = await join('expired', 'owner', 'a loom for algebra')
  const lapsed = await join('lapsed', 'member')

  const circle = { private: newId('circle'), public: newId('circle'), closed: newId('circle') }
  const circles = [
    { id: circle.private, access: 'circle', state: 'open' },
    { id: circle.public, access: 'public', state: 'open' },
    { id: circle.closed, access: 'circle', state: 'closed' },
  ] as const
  for (const { id, access, state } of circles) {
    const what = `the ${access} circle that is ${state}`
    const fact: Fact = { of: 'circle', id, access, state, part: 'all' }
    const board: Fact = { ...fact, part: 'board' }
    await act(mod, 'circles.found', { id, access, text: plant(what, fact), file: await file(what, fact) })
    rooms.set(`hall/${id}`, { kind: 'hall', fact })
    rooms.set(`board/${id}`, { kind: 'board', fact: board })
    pages.push(`/circles/${id}`)
    await community.community.edit(mod.member!, `board/${id}`, (doc) =>
      doc.getText('body').insert(0, plant(`the board of ${what}`, board)),
    )
    await act(mod, 'circles.admit', { id, memberId: lapsed.member!.id, until: clock.now + day })
  }
  await readFeed(expired)
  await readFeed(lapsed)
  expired.standing = { id: null, role: null, circles: [] }

  clock.advance(61 * day)
  for (const actor of [own, mod, lapsed]) await signIn(actor)

  const mem = await join('mem', 'member')
  await join('aut', 'author')
  const ada = await join('ada', 'author')
  const bea = await join('bea', 'author')
  const dim = await join('dim', 'author')
  const removed = await join('removed', 'author')
  const unshared = await join('unshared', 'author')
  const demoted = await join('demoted', 'moderator')
  const granted = await join('granted', 'member')
  const timed = await join('timed', 'member')
  const expelled = await join('expelled', 'member')
  const left = await join('left', 'owner')

  // Circles
  const admit = (actor: Actor, id: string, until: number | null): Promise<string> =>
    act(mod, 'circles.admit', { id, memberId: actor.member!.id, until })
  for (const { id } of circles) {
    await admit(granted, id, null)
    await admit(timed, id, clock.now + day)
    await admit(expelled, id, null)
    await admit(removed, id, null)
  }
  for (const actor of [granted, timed]) actor.standing.circles = circles.map(({ id }) => id)

  await act(own, 'accounts.describe_community', {
    name: 'Looms',
    about: plant('what the community says of itself', { of: 'community' }),
    language: 'en',
  })

  // Invitations
  for (const role of ['owner', 'moderator', 'member'] as const) {
    const fact: Fact = { of: 'invitation', role }
    await act(own, 'accounts.invite', {
      id: newId('invite'),
      role,
      note: plant(`the note of an invitation for a ${role}`, fact),
      uses: 1,
      days: 30,
    })
  }
  for (const { table, data } of await readFeed(own)) {
    const invite = data as { token: string; role: Role }
    if (table === 'invites')
      mark(invite.token, `an invitation for a ${invite.role}`, { of: 'invitation', role: invite.role })
  }

  // Drafts and articles
  async function draft(
    what: string,
    state: 'open' | 'discarded',
    authors: readonly Actor[],
  ): Promise<string> {
    const id = newId('draft')
    const known = authors.map((author) => author.member!.id)
    const fact = { of: 'draft', state, authors: known } as const
    await act(authors[0]!, 'articles.start_draft', {
      id,
      title: plant(`the title of ${what}`, { ...fact, part: 'row' }),
      articleId: null,
    })
    for (const other of authors.slice(1))
      await act(authors[0]!, 'articles.share_draft', { id, memberId: other.member!.id, on: true })
    await community.community.edit(authors[0]!.member!, `draft/${id}`, (doc) =>
      doc.getText('body').insert(0, plant(`the text of ${what}`, { ...fact, part: 'body' })),
    )
    rooms.set(`draft/${id}`, { kind: 'draft', fact: { ...fact, part: 'body' } })
    return id
  }
  const shared = await draft('a draft', 'open', [ada, bea, dim])
  await act(ada, 'articles.share_draft', { id: shared, memberId: unshared.member!.id, on: true })
  await act(ada, 'articles.share_draft', { id: shared, memberId: removed.member!.id, on: true })
  await readFeed(unshared)
  await act(ada, 'articles.share_draft', { id: shared, memberId: unshared.member!.id, on: false })
  const discarded = await draft('a discarded draft', 'discarded', [ada, bea])
  await act(ada, 'articles.discard_draft', { id: discarded })

  async function article(access: ArticleAccess, state: 'public' | 'members' | 'withdrawn'): Promise<string> {
    const id = newId('article')
    ids.draft.push(id)
    const what = `an article (${state})`
    const teaser: Fact = { of: 'article', state, part: 'teaser' }
    const body: Fact = { of: 'article', state, part: 'body' }
    const hash = await file(what, body)
    await act(ada, 'articles.start_draft', { id, title: '', articleId: null })
    const title = plant(`the title of ${what}`, teaser)
    await act(ada, 'articles.publish', {
      draftId: id,
      title,
      description: plant(`the description of ${what}`, teaser),
      tags: [],
      lang: 'en',
      access,
      body: `${plant(`the text of ${what}`, body)}\n\n![a picture](/api/files/${hash})`,
    })
    // Its draft would say what it says to its author and to owners.
    await act(ada, 'articles.discard_draft', { id })
    rooms.set(`content/${id}`, { kind: 'content', fact: body })
    rooms.set(`draft/${id}`, { kind: 'draft', fact: { of: 'nobody' } })
    pages.push(`/read/${id}`, `/read/${title}`)
    return id
  }
  const articles = {
    public: await article('public', 'public'),
    members: await article('members', 'members'),
    withdrawn: await article('public', 'withdrawn'),
  }

  // Events, sessions, notes
  for (const access of ['public', 'members'] as const) {
    const fact: Fact = { of: 'event', access }
    const event = newId('event')
    const session = newId('session')
    const start = clock.now + 30 * day
    const slug = `event-${access}`
    const common = { start, end: start + day, url: null, access }
    await services.transact(async (tx) => {
      await writeEvent(tx, {
        ...common,
        id: event,
        slug,
        title: plant(`the title of an event (${access})`, fact),
        description: plant(`the description of an event (${access})`, fact),
        timeZone: 'UTC',
        place: '',
        rooms: [],
        tracks: [],
        days: [new Date(start).toISOString().slice(0, 10)],
      })
      await writeSession(tx, {
        ...common,
        id: session,
        eventId: event,
        day: new Date(start).toISOString().slice(0, 10),
        room: '',
        track: '',
        type: '',
        lang: '',
        title: plant(`the title of a session (${access})`, fact),
        subtitle: '',
        abstract: plant(`the abstract of a session (${access})`, fact),
        description: '',
        persons: [],
      })
    })
    pages.push(`/events/${slug}`, `/events/${slug}/${session}`)
    await act(mem, 'events.save_session', { sessionId: session, on: true })
    mark(planId(mem.member!.id, session), 'a plan', { of: 'own', member: mem.member!.id })
    await community.community.edit(mem.member!, `notes/${session}`, (doc) =>
      doc.getText('body').insert(0, plant(`notes (${access})`, { of: 'notes', state: 'now' })),
    )
    rooms.set(`notes/${session}`, { kind: 'notes', fact: { of: 'notes', state: 'now' } })
    await act(mem, 'notes.keep_version', {
      sessionId: session,
      id: newId('version'),
      name: plant(`the name of a version (${access})`, { of: 'notes', state: 'version' }),
      body: plant(`the text of a version (${access})`, { of: 'notes', state: 'version' }),
    })
  }

  // Threads
  async function thread(what: string, state: 'open' | 'deleted', subject: object | null): Promise<void> {
    const threadId = newId('thread')
    const opening = newId('post')
    await act(mem, 'discussions.open_thread', {
      threadId,
      postId: opening,
      title: plant(`the title of ${what}`, { of: 'thread', state }),
      kind: 'question',
      subject,
      tags: [],
      body: plant(`the question of ${what}`, { of: 'post', state }),
    })
    rooms.set(`thread/${threadId}`, { kind: 'thread', fact: { of: 'thread', state } })
    if (state === 'deleted') {
      await act(mem, 'discussions.delete_post', { threadId, postId: opening })
      return
    }
    const [edited, deleted] = [newId('post'), newId('post')]
    const reply = (postId: string, body: string): Promise<string> =>
      act(ada, 'discussions.post', { threadId, postId, body, replyTo: null })
    await reply(edited, plant(`what stood in ${what} before`, { of: 'post', state: 'earlier' }))
    const now = plant(`what stands in ${what} now`, { of: 'post', state: 'open' })
    await act(ada, 'discussions.edit_post', { threadId, postId: edited, body: `@mem ${now}` })
    const forMem: Fact = { of: 'own', member: mem.member!.id }
    mark(mentionId(edited, mem.member!.id), `the mention of mem in ${what}`, forMem)
    await reply(deleted, plant(`what was deleted from ${what}`, { of: 'post', state: 'deleted' }))
    await act(mod, 'discussions.delete_post', { threadId, postId: deleted })
  }
  await thread('a thread', 'open', null)
  await thread('a thread on a public article', 'open', { kind: 'article', id: articles.public })
  await thread('a thread on an article for members', 'open', { kind: 'article', id: articles.members })
  await thread('a thread on an article that was withdrawn', 'open', {
    kind: 'article',
    id: articles.withdrawn,
  })
  await thread('a deleted thread', 'deleted', null)

  // What devices saved
  for (const room of ['thread', 'draft'] as const) {
    const text = plant(`what was saved of a ${room}`, { of: 'copy', room })
    ids.copy.push(await act(mem, 'recovery.offer', { room: `${room}/${ids[room][0]}`, text, cut: false }))
  }

  // What is one's own
  for (const actor of [mem, ada, removed]) {
    const { id } = actor.member!
    const fact: Fact = { of: 'own', member: id }
    await community.community.edit(actor.member!, `me/${id}/reading`, (doc) =>
      doc.getMap('articles').set(plant(`what ${actor.name} reads`, fact), 1),
    )
    rooms.set(`me/${id}/reading`, { kind: 'me', fact })
  }
  await act(mem, 'recommendations.set_sharing', { on: true })
  await trainNow(services)
  mark(`article:${articles.members}`, 'an article for members, in the model', { of: 'thread', state: 'open' })
  mark(`thread:${ids.thread[0]}`, 'a thread, in the model', { of: 'thread', state: 'open' })

  // What nobody is told
  mark(services.env.secret, 'the secret', { of: 'nobody' })
  const secrets = await services.database.kysely.selectFrom('session').select('token_hash').execute()
  for (const { token_hash } of secrets) mark(token_hash, 'the hash of a session', { of: 'nobody' })
  const { value } = await services.database.kysely
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'cursor_key')
    .executeTakeFirstOrThrow()
  mark(value, 'the key of cursors', { of: 'nobody' })
  mark('$argon2', 'the hash of a password', { of: 'nobody' })

  // What ends
  for (const actor of actors) if (actor.cookie !== null) await readFeed(actor)
  const nobody: Standing = { id: null, role: null, circles: [] }
  await act(mod, 'circles.close', { id: circle.closed })
  await act(ada, 'articles.withdraw', { id: articles.withdrawn })
  for (const { id } of circles) await act(mod, 'circles.expel', { id, memberId: expelled.member!.id })
  await act(own, 'circles.remove', { memberId: removed.member!.id })
  removed.standing = nobody
  for (const [actor, role] of [
    [demoted, 'member'],
    [dim, 'member'],
  ] as const) {
    await act(own, 'accounts.set_role', { memberId: actor.member!.id, role })
    actor.standing = { ...actor.standing, role }
  }
  // It comes after these were moderators and owners: not even that it exists is for them.
  const late = newId('invite')
  await act(own, 'accounts.invite', { id: late, role: 'member', note: '', uses: 1, days: 30 })
  mark(late, 'an invitation that was made later', { of: 'invitation', role: 'member' })
  const { sessionId } = await services.sessions.viewer(left.cookie!.split('=')[1])
  await services.sessions.close(sessionId!)
  left.standing = nobody
  await community.community.quiesce()

  stranger('guest', null)
  stranger('forged', `lyceum=${randomBytes(32).toString('base64url')}`)

  return {
    community,
    actors,
    actor: (name) => actors.find((actor) => actor.name === name)!,
    canaries,
    marks,
    rooms,
    files,
    pages,
    ids,
    commands,
    close: () => community.close(),
  }
}
