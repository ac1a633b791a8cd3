/**
 * What can happen in a history, one entry each: what members do, what their devices suffer, what befalls the server. An
 * operation is told who (a number that it takes modulo what there is) and how much (0 ≤ n < 1), and has dice of its own,
 * so that a list of them can be replayed, and shortened, and each goes on meaning much the same.
 */
import type { Community } from '#server/app.ts'
import type { Role } from '#shared/core/viewer.ts'
import { postsOf, reactions, threadRoom } from '#shared/features/discussions.ts'
import type { CommandName } from '#shared/features/index.ts'
import type { Device } from './device.ts'
import type { Dice } from './dice.ts'
import { type Person, password } from './house.ts'
import { type Act, actKey, followDatabase, isSignedIn, openRoom, type Page } from './page.ts'
import type { Mark } from './witness.ts'
import type { World } from './world.ts'

export interface Step {
  do: OperationName
  /** Milliseconds after the step before. */
  wait: number
  who: number
  much: number
  salt: number
}

export interface Call {
  world: World
  who: number
  much: number
  dice: Dice
}

export interface Operation {
  /** How often, beside the others. */
  weight: number
  run(call: Call): void | Promise<void>
}

function pick<T>(list: readonly T[], who: number): T | undefined {
  return list.length === 0 ? undefined : list[who % list.length]
}

/** Has the member at one of the pages do something, when there is a member at it. */
function atPage(act: (page: Page, call: Call) => void | Promise<void>): Operation['run'] {
  return (call) => {
    const page = pick(call.world.pages, call.who)
    if (!page?.tab.core || !isSignedIn(page)) return
    void call.world.machine.begin(page.tab.owner, () => act(page, call))
  }
}

/** Has something happen at the server, when it is up. */
function atServer(work: (community: Community, call: Call) => Promise<void>): Operation['run'] {
  return (call) => {
    const { house, machine } = call.world
    if (house.up) void machine.begin(house.owner, () => work(house.community, call))
  }
}

function personAt(world: World, who: number): Person {
  return world.personOf(world.devices[who % world.devices.length]!)
}

/** The owner acts, at a device that is not looked at. */
async function asOwner(
  { services }: Community,
  world: World,
  name: CommandName,
  input: object,
  marks: Mark[] = [],
): Promise<boolean> {
  const { id, role } = world.template.people[0]!
  const envelope = { id: world.newId(), name, input, at: Math.floor(world.machine.now) }
  world.witness.commands.set(actKey(id, envelope.id), {
    ...envelope,
    member: id,
    device: 'owner',
    page: 'owner',
    chars: marks.map((mark) => mark.char).join(''),
    stored: true,
    state: 'waiting',
    lost: true,
  })
  return (await services.execute({ id, role }, envelope)).ok
}

/** Whoever was suspended may come back. */
export function pardon(world: World, memberId: string, role: Role): void {
  if (!world.witness.shutOut.has(memberId) || !world.house.up) return
  const { services } = world.house.community
  void world.machine.begin(world.house.owner, async () => {
    await services.transact((tx) => tx.setRole(memberId, role))
    world.witness.shutOut.delete(memberId)
  })
}

class Stumbled extends Error {}

function atDevice(act: (device: Device, call: Call) => void): Operation['run'] {
  return (call) => act(call.world.devices[call.who % call.world.devices.length]!, call)
}

function markFor(
  world: World,
  page: Page,
  place: string,
  more: Partial<Pick<Mark, 'forMembers' | 'post'>> = {},
): Mark {
  return world.witness.mark({ place, device: page.device.name, page: page.name, ...more })
}

function remember(memory: Map<string, Mark[]>, place: string, mark: Mark): void {
  memory.set(place, [...(memory.get(place) ?? []), mark])
}

/** Writes, or takes away, in one of the texts that members share. */
export function typeIn(world: World, page: Page, room: string, count: number, dice: Dice): void {
  const handle = openRoom(page, room)
  if (!handle?.loaded() || handle.state() === 'refused') return
  const text = handle.doc.getText('body')
  handle.doc.transact(() => {
    for (let i = 0; i < count; i++) {
      if (text.length > 4 && dice.chance(0.25)) {
        const at = dice.below(text.length)
        const mark = world.witness.marks.get(text.toString()[at]!)
        text.delete(at, 1)
        if (!mark) continue
        mark.gone = true
        remember(page.takenAway, room, mark)
      } else {
        const mark = markFor(world, page, room)
        text.insert(dice.below(text.length + 1), mark.char)
        remember(page.unsaved, room, mark)
      }
    }
  })
}

/** People type for a moment, and not all at once. */
function burst(world: World, page: Page, room: string, much: number, dice: Dice): void {
  typeIn(world, page, room, 1 + Math.floor(much * 3), dice)
  let wait = 0
  for (let i = dice.below(4); i > 0; i--) {
    wait += dice.between(2, 90)
    world.machine.after(wait, page.tab.owner, () => {
      if (page.tab.alive) typeIn(world, page, room, 1 + dice.below(2), dice)
    })
  }
}

function noteIn(world: World, page: Page): void {
  const room = `me/${page.person.id}/highlights`
  const handle = openRoom(page, room)
  if (!handle?.loaded() || handle.state() === 'refused') return
  const { id } = page.person
  const mark = markFor(world, page, room, { forMembers: (memberId) => memberId === id })
  handle.doc.getMap('marks').set(mark.char, 1)
  remember(page.unsaved, room, mark)
}

/** Sends a command as a page does. @param chars marks that its input carries */
export async function send(
  world: World,
  page: Page,
  name: CommandName,
  input: object,
  marks: Mark[] = [],
  id = page.tab.core!.newId(),
): Promise<Act> {
  followDatabase(page)
  const act: Act = {
    id,
    name,
    input,
    member: page.person.id,
    device: page.device.name,
    page: page.name,
    chars: marks.map((mark) => mark.char).join(''),
    stored: false,
    state: 'waiting',
    lost: false,
  }
  world.witness.commands.set(actKey(act.member, id), act)
  await page.tab.core!.commands.send(name, input as never, { id })
  act.stored = true
  return act
}

function threadsAt(world: World, page: Page): string[] {
  const opened = [...page.handles.keys()].filter((room) => room.startsWith('thread/'))
  return [...new Set([world.template.threadId, ...opened.map((room) => room.slice(7))])]
}

interface Seen {
  threadId: string
  postId: string
  number: number
  mine: boolean
}

/** A post that this page shows, and that is still there. */
function postAt(world: World, page: Page, dice: Dice, wanted: (post: Seen) => boolean): Seen | undefined {
  const threadId = dice.pick(threadsAt(world, page))
  const handle = openRoom(page, threadRoom(threadId))
  if (!handle?.present()) return undefined
  const posts = postsOf(handle.doc)
    .filter((post) => post.deletedAt === null)
    .map((post) => ({
      threadId,
      postId: post.id,
      number: post.number,
      mine: post.authorId === page.person.id,
    }))
    .filter(wanted)
  return posts.length === 0 ? undefined : dice.pick(posts)
}

/** Which of a post's texts will stand is the server's to decide, and the model's to know. */
function takeAway(world: World, postId: string): void {
  for (const mark of world.witness.marks.values()) if (mark.post === postId) mark.gone = true
}

const minute = 60_000
const day = 24 * 60 * minute

export const operations = {
  type: {
    weight: 30,
    run: atPage((page, { world, much, dice }) => {
      const room = `notes/${dice.chance(0.8) ? world.template.sessions[0] : dice.pick(world.template.sessions)}`
      burst(world, page, room, much, dice)
    }),
  },
  note: { weight: 5, run: atPage((page, { world }) => noteIn(world, page)) },
  post: {
    weight: 10,
    run: atPage(async (page, { world, dice }) => {
      const threadId = dice.pick(threadsAt(world, page))
      openRoom(page, threadRoom(threadId))
      const postId = page.tab.core!.newId()
      const mark = markFor(world, page, threadRoom(threadId), { post: postId })
      await send(world, page, 'discussions.post', { threadId, postId, body: mark.char, replyTo: null }, [
        mark,
      ])
    }),
  },
  ask: {
    weight: 3,
    run: atPage(async (page, { world, much }) => {
      const threadId = page.tab.core!.newId()
      const postId = page.tab.core!.newId()
      const title = markFor(world, page, threadRoom(threadId))
      const body = markFor(world, page, threadRoom(threadId), { post: postId })
      await send(
        world,
        page,
        'discussions.open_thread',
        {
          threadId,
          postId,
          title: title.char,
          kind: much < 0.5 ? 'question' : 'talk',
          subject: null,
          tags: [],
          body: body.char,
        },
        [title, body],
      )
      openRoom(page, threadRoom(threadId))
    }),
  },
  edit: {
    weight: 5,
    run: atPage(async (page, { world, dice }) => {
      const post = postAt(world, page, dice, ({ mine }) => mine)
      if (!post) return
      const { threadId, postId } = post
      const mark = markFor(world, page, threadRoom(threadId), { post: postId })
      takeAway(world, postId)
      await send(world, page, 'discussions.edit_post', { threadId, postId, body: mark.char }, [mark])
    }),
  },
  remove: {
    weight: 2,
    run: atPage(async (page, { world, dice }) => {
      const moderates = world.witness.mayModerate(page.person.id)
      const post = postAt(world, page, dice, ({ mine, number }) => number > 1 && (mine || moderates))
      if (!post) return
      takeAway(world, post.postId)
      await send(world, page, 'discussions.delete_post', { threadId: post.threadId, postId: post.postId })
    }),
  },
  react: {
    weight: 5,
    run: atPage(async (page, { world, dice }) => {
      const post = postAt(world, page, dice, () => true)
      if (!post) return
      const { threadId, postId } = post
      const reaction = dice.pick(reactions.slice(0, 2))
      await send(world, page, 'discussions.react', { threadId, postId, reaction, on: dice.chance(0.6) })
    }),
  },
  cut: {
    weight: 4,
    run: atDevice((device, { world, much }) => {
      world.network.setMode(device.line, 'cut')
      for (const tab of device.tabs) world.machine.after(1, tab.owner, () => tab.emit('offline'))
      const { machine, network } = world
      machine.after(much * much * 90_000, machine.owner('line'), () => {
        if (device.line.mode === 'cut') network.setMode(device.line, 'up')
        for (const tab of device.tabs) machine.after(1, tab.owner, () => tab.emit('online'))
      })
    }),
  },
  hole: {
    weight: 2,
    run: atDevice((device, { world, much }) => {
      world.network.setMode(device.line, 'hole')
      const { machine, network } = world
      machine.after(much * 60_000, machine.owner('line'), () => {
        if (device.line.mode === 'hole') network.setMode(device.line, 'up')
      })
    }),
  },
  weather: {
    weight: 3,
    run: atDevice((device, { much, dice }) => {
      device.line.latency = dice.chance(0.5) ? 5 + much * 60 : 200 + much * 1_500
      device.line.lost = dice.chance(0.5) ? 0 : much * 0.4
      device.line.twice = dice.chance(0.5) ? 0 : much * 0.6
    }),
  },
  reload: {
    weight: 6,
    run: ({ world, who, much, dice }) => {
      const page = pick(world.pages, who)
      if (!page?.tab.core) return
      const { machine } = world
      // Often in the middle of something.
      if (dice.chance(0.6) && isSignedIn(page))
        void machine.begin(page.tab.owner, () =>
          burst(world, page, `notes/${dice.pick(world.template.sessions)}`, much, dice),
        )
      const [politely, opensAfter] = [dice.chance(0.5), dice.chance(0.5) ? 1 : dice.between(1, 3_000)]
      machine.after(dice.between(0, 120), machine.owner('reload'), () => world.closePage(page, politely))
      machine.after(125 + opensAfter, machine.owner('reload'), () => world.openPage(page.device))
    },
  },
  tab: {
    weight: 2,
    run: atDevice((device, { world, dice }) => {
      const mine = world.pages.filter((page) => page.device === device)
      if (mine.length < 2 || dice.chance(0.5)) world.openPage(device)
      else world.closePage(dice.pick(mine), dice.chance(0.5))
    }),
  },
  busy: {
    weight: 2,
    run: ({ world, who, much }) => {
      const page = pick(world.pages, who)
      if (page) page.tab.owner.pace = page.tab.owner.pace > 0 ? 0 : 1 + much * 30
    },
  },
  evict: {
    weight: 1,
    run: atDevice((device, { world }) => {
      world.evict(device)
      world.openPage(device)
    }),
  },
  clock: {
    weight: 1,
    run: atDevice((device, { dice }) => {
      device.offset = dice.chance(0.3) ? 0 : Math.floor(dice.between(-3650, 3650) * day)
    }),
  },
  sleep: {
    weight: 1,
    run: ({ world, much }) => world.machine.skip(much < 0.5 ? much * 10 * minute : much ** 4 * 90 * day),
  },
  wait: { weight: 2, run: ({ world, much }) => world.pass(much * 40_000) },
  crash: {
    weight: 3,
    run: ({ world, much, dice }) => {
      if (!world.house.up) return
      world.house.crash(dice.chance(0.7))
      const { machine } = world
      machine.after(much * 5_000, machine.owner('operator'), () => void world.house.start())
    },
  },
  restart: {
    weight: 1,
    run: ({ world, much }) => {
      if (!world.house.up) return
      const { machine, house } = world
      void machine.begin(house.owner, () => house.stop())
      machine.after(1_000 + much * 3_000, machine.owner('operator'), () => void house.start())
    },
  },
  signOut: {
    weight: 1,
    run: atPage(async (page, { world, dice }) => {
      const unsent = dice.chance(0.6) ? 'keep' : 'discard'
      if (dice.chance(0.6)) typeIn(world, page, `notes/${dice.pick(world.template.sessions)}`, 2, dice)
      const forgive = (): void => {
        if (unsent === 'discard') world.witness.forgive({ device: page.device.name })
      }
      forgive()
      await page.tab.core!.session.signOut({ unsent })
      // Another tab may have gone on for a moment.
      forgive()
      world.machine.after(500, world.machine.owner('operator'), forgive)
    }),
  },
  signIn: {
    weight: 2,
    run: ({ world, who }) => {
      const page = pick(world.pages, who)
      if (!page?.tab.core || (isSignedIn(page) && !page.tab.core.session.ended())) return
      void world.machine.begin(page.tab.owner, () => signIn(page))
    },
  },
  night: {
    weight: 1,
    run: async ({ world, much }) => {
      const devices = [...new Set(world.pages.map((page) => page.device))]
      for (const page of [...world.pages]) world.closePage(page, true)
      await world.pass(1_000)
      world.machine.skip(60_000 + much * 60_000)
      await world.pass(3_000)
      for (const device of devices) world.openPage(device)
    },
  },
  endSessions: {
    weight: 1,
    run: atServer(async ({ services }, { world, who }) => {
      const { id } = personAt(world, who)
      await services.transact((tx) => tx.endSessions(id))
    }),
  },
  suspend: {
    weight: 1,
    run: atServer(async ({ services }, { world, who, much }) => {
      const { id, role } = personAt(world, who)
      await services.transact(async (tx) => {
        await tx.setRole(id, null)
        await tx.endSessions(id)
      })
      world.witness.shutOut.set(id, world.machine.now)
      world.machine.after(5_000 + much * 20_000, world.machine.owner('operator'), () =>
        pardon(world, id, role),
      )
    }),
  },
  invite: {
    weight: 2,
    run: atServer(async (community, { world }) => {
      const id = world.newId()
      const mark = world.witness.mark({
        place: 'invites',
        post: id,
        device: 'owner',
        page: 'owner',
        forMembers: (memberId) => world.witness.mayModerate(memberId),
      })
      const invite = { id, role: 'author', note: mark.char, uses: 1, days: 5 }
      if (await asOwner(community, world, 'accounts.invite', invite, [mark])) world.invites.push(invite.id)
    }),
  },
  revokeInvite: {
    weight: 1,
    run: atServer(async (community, { world }) => {
      const id = world.invites.shift()
      if (id) await asOwner(community, world, 'accounts.revoke_invite', { id })
    }),
  },
  role: {
    weight: 1,
    run: atServer(async (community, { world, who, dice }) => {
      const { id } = personAt(world, who)
      if (world.witness.shutOut.has(id)) return
      const role = dice.pick(['member', 'member', 'moderator', 'author'] as const)
      if (role === 'moderator') world.witness.roleIs(id, role)
      if (await asOwner(community, world, 'accounts.set_role', { memberId: id, role }))
        world.witness.roleIs(id, role)
    }),
  },
  rebase: {
    weight: 2,
    run: atServer(async ({ services }, { world, dice }) => {
      const room = `notes/${dice.pick(world.template.sessions)}`
      await services.transact((tx) => tx.rebase(room))
    }),
  },
  stumble: {
    weight: 2,
    run: atServer(async ({ services }, { world, dice }) => {
      const { threadId, sessions } = world.template
      const isThread = dice.chance(0.5)
      const room = isThread ? threadRoom(threadId) : `notes/${sessions[0]}`
      const undone = services.transact(async (tx) => {
        await tx.author(room, (doc) => {
          if (isThread) doc.getMap('meta').set('title', 'undone')
          else doc.getText('body').insert(0, 'undone')
        })
        if (dice.chance(0.5))
          await tx.publish('community', 'community', { name: 'undone', about: '', language: 'en' })
        throw new Stumbled()
      })
      await undone.catch((error: unknown) => {
        if (!(error instanceof Stumbled)) throw error
      })
    }),
  },
  sameId: {
    weight: 1,
    run: atPage(async (page, { world, dice }) => {
      const { commands } = world.witness
      const others = [...commands.values()].filter(({ id }) => !commands.has(actKey(page.person.id, id)))
      if (others.length === 0) return
      const postId = page.tab.core!.newId()
      const { threadId } = world.template
      const mark = markFor(world, page, threadRoom(threadId), { post: postId })
      const input = { threadId, postId, body: mark.char, replyTo: null }
      await send(world, page, 'discussions.post', input, [mark], dice.pick(others).id)
    }),
  },
} satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

export async function signIn(page: Page): Promise<void> {
  const { handle } = page.person
  await page.tab.core!.session.post('/api/session', { email: `${handle}@example.org`, password })
}
