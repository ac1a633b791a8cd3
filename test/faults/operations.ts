/**
 * What can happen in a history, one entry each: what members do, what their devices suffer, what befalls the server. An
 * operation is told who (a number that it takes modulo what there is) and how much (0 ≤ n < 1), and has dice of its own,
 * so that a list of them can be replayed, and shortened, and each goes on meaning much the same.
 */
import { uuidv7 } from '#shared/core/ids.ts'
import { postsOf, reactions, threadRoom } from '#shared/features/discussions.ts'
import type { CommandName } from '#shared/features/index.ts'
import type { Device } from './device.ts'
import type { Dice } from './dice.ts'
import { password } from './house.ts'
import { type Act, followDatabase, isSignedIn, openRoom, type Page } from './page.ts'
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
): Promise<Act> {
  followDatabase(page)
  const id = page.tab.core!.newId()
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
  world.witness.commands.set(id, act)
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
      typeIn(world, page, room, 1 + Math.floor(much * 4), dice)
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
      const moderates = ['owner', 'moderator'].includes(page.person.role)
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
    weight: 4,
    run: ({ world, who, dice }) => {
      const page = pick(world.pages, who)
      if (!page?.tab.core) return
      world.closePage(page, dice.chance(0.5))
      world.openPage(page.device)
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
      const unsent = dice.chance(0.5) ? 'keep' : 'discard'
      if (unsent === 'discard') world.witness.forgive({ device: page.device.name })
      await page.tab.core!.session.signOut({ unsent })
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
  endSessions: {
    weight: 1,
    run: ({ world, who }) => {
      if (!world.house.up) return
      const { id } = world.personOf(world.devices[who % world.devices.length]!)
      const { services } = world.house.community
      void world.machine.begin(world.house.owner, () => services.transact((tx) => tx.endSessions(id)))
    },
  },
} satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

export async function signIn(page: Page): Promise<void> {
  const { handle } = page.person
  await page.tab.core!.session.post('/api/session', { email: `${handle}@example.org`, password })
}

export function newCommandId(world: World): string {
  return uuidv7(world.machine.now)
}
