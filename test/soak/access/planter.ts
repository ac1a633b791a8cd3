/** Marks what is put into a community, and keeps account of it. */
import { randomBytes } from 'node:crypto'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import type { FeedPage } from '#shared/core/wire.ts'
import { type TestCommunity, testOrigin } from '../../support/community.ts'
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
  | 'tier'
  | 'order'
  | 'batch'
  | 'coupon'
  | 'course'
  | 'chapter'
  | 'lesson'
  | 'later lesson'
  | 'assignment'
  | 'question'
  | 'answer'
  | 'cohort'
  | 'proposal'

/** What is planted is written so. */
export const canaryPattern = /cnry[0-9a-f]{16}/g

export interface Planter extends World {
  /** @returns a word that stands nowhere else. */
  plant(what: string, fact: Fact): string
  mark(text: string, what: string, fact: Fact): void
  newId(kind: IdKind): string
  join(name: string, role: Role, password?: string): Promise<Actor>
  signIn(actor: Actor): Promise<void>
  stranger(name: string, cookie: string | null): Actor
  /** @returns the command's id. */
  act(actor: Actor, name: string, input: object): Promise<string>
  /** Reads all of it, and keeps the cursor. */
  readFeed(actor: Actor): Promise<FeedPage['rows']>
  file(what: string, fact: Fact): Promise<string>
  /** Gives a lesson or an article a file, whose words and name are planted. */
  attach(actor: Actor, subject: string, what: string, fact: Fact): Promise<void>
  /** Writes words in a room, and notes what it is. */
  write(actor: Actor, room: string, words: string, is: RoomFact): Promise<void>
}

export function createPlanter(community: TestCommunity): Planter {
  const { services, clock } = community
  const actors: Actor[] = []
  const canaries = new Map<string, Planted>()
  const marks = new Map<string, Planted>()
  const rooms = new Map<string, RoomFact>()
  const files: string[] = []
  const pages = [
    '/',
    '/read',
    '/events',
    '/me',
    '/feed.xml',
    '/learn',
    '/learn/feed.xml',
    `/certificates/${'x'.repeat(24)}`,
    '/sitemap.xml',
    '/pricing',
  ]
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
    tier: [],
    order: [],
    batch: [],
    coupon: [],
    course: [],
    chapter: [],
    lesson: [],
    'later lesson': [],
    question: [],
    answer: [],
    cohort: [],
    assignment: [],
    proposal: [],
  }

  function plant(what: string, fact: Fact): string {
    const word = `cnry${randomBytes(8).toString('hex')}`
    canaries.set(word, { what, fact })
    return word
  }

  function mark(text: string, what: string, fact: Fact): void {
    marks.set(text, { what, fact })
  }

  function newId(kind: IdKind): string {
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

  async function attach(actor: Actor, subject: string, what: string, fact: Fact): Promise<void> {
    const bytes = Buffer.from(plant(`the attachment of ${what}`, fact))
    const name = plant(`the name of the attachment of ${what}`, fact)
    const ask = async (method: string, path: string, body: string): Promise<Record<string, string>> => {
      const headers = { cookie: actor.cookie!, origin: testOrigin }
      const answer = await community.request(`/api/uploads${path}`, { method, headers, body })
      if (!answer.ok) throw new Error(`${actor.name} could not upload: ${await answer.text()}`)
      return (await answer.json()) as Record<string, string>
    }
    const begun = { name, size: bytes.byteLength, use: 'file', print: uuidv7() }
    const { id } = await ask('POST', '', JSON.stringify(begun))
    await ask('PUT', `/${id}/0`, bytes.toString())
    const { hash } = await ask('POST', `/${id}/end`, '{}')
    files.push(hash!)
    await act(actor, 'media.arrange', { subject, media: null, captions: [], files: [{ hash, name }] })
  }

  async function write(actor: Actor, room: string, words: string, is: RoomFact): Promise<void> {
    await community.community.edit(actor.member!, room, (doc) => {
      if (is.kind === 'me') doc.getMap('articles').set(words, 1)
      else doc.getText('body').insert(0, words)
    })
    rooms.set(room, is)
  }

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
    plant,
    mark,
    newId,
    join,
    signIn,
    stranger,
    act,
    readFeed,
    file,
    attach,
    write,
  }
}
