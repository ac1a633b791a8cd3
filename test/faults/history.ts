/**
 * One history: a plan drawn from a seed, played, brought to rest, and judged. The plan is a list, so that a failing one
 * can be shortened and kept.
 */

import { threadRoom } from '#shared/features/discussions.ts'
import { checkPromises, compareDocuments, compareRows, isSettled, unsettledBecause } from './compare.ts'
import { createDice, type Dice } from './dice.ts'
import type { Template } from './house.ts'
import { type OperationName, operations, pardon, type Step, signIn, typeIn } from './operations.ts'
import { isSignedIn, openRoom } from './page.ts'
import { createWorld, type World } from './world.ts'

export interface Plan {
  seed: string
  /** For each device: whose it is. */
  devices: number[]
  steps: Step[]
}

export interface Outcome {
  problems: string[]
  trace: number
  tasks: number
}

/** @param scale how long it is: 1 for the many short ones of the tests */
export function planOf(seed: string, scale = 1): Plan {
  const dice = createDice(`plan/${seed}`)
  const size = dice.next() ** 3 * scale
  const many = dice.chance(0.15) ? 1 : 2 + Math.floor(dice.next() ** 2 * 1.5 + size * 1.2)
  const devices = Array.from({ length: many }, () => dice.below(4) + 1)
  const names = Object.keys(operations) as OperationName[]
  // Each history leaves some things out and has more of others, so that they meet in all ways.
  const weights = new Map(names.map((name) => [name, operations[name].weight * emphasis(dice)]))
  weights.set('type', Math.max(operations.type.weight, weights.get('type')!))
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0)
  const steps = Array.from({ length: 3 + Math.floor(dice.next() * 7 * scale + size * 16) }, (): Step => {
    let at = dice.next() * sum
    const name = names.find((each) => {
      at -= weights.get(each)!
      return at < 0
    })
    return {
      do: name ?? 'type',
      wait: Math.round(pauseOf(dice)),
      who: dice.below(60),
      much: Math.round(dice.next() * 1000) / 1000,
      salt: dice.below(1_000_000),
    }
  })
  return { seed, devices, steps }
}

function emphasis(dice: Dice): number {
  if (dice.chance(0.4)) return 0
  return dice.chance(0.25) ? 5 : 1
}

/** People act in bursts. */
function pauseOf(dice: Dice): number {
  if (dice.chance(0.65)) return dice.between(0, 60)
  return dice.chance(0.8) ? dice.between(0, 1_500) : dice.between(0, 12_000)
}

export async function play(template: Template, plan: Plan, say?: (line: string) => void): Promise<Outcome> {
  const world = createWorld(template, plan, say)
  const { machine, witness } = world
  try {
    await begin(world)
    for (const step of plan.steps) {
      await machine.run(step.wait)
      const dice = createDice(`${plan.seed}/${step.salt}`)
      machine.tell(() => `${JSON.stringify(step)}; pages: ${world.pages.map((page) => page.name).join(' ')}`)
      await operations[step.do].run({ world, who: step.who, much: step.much, dice })
      if (witness.problems.length > 0) break
    }
    machine.tell(() => 'rest')
    if (witness.problems.length === 0) await rest(world)
    machine.tell(() => 'judge')
    if (witness.problems.length === 0) await judge(world, plan)
  } catch (error) {
    witness.problem(String((error as Error)?.stack ?? error))
  }
  const outcome = { problems: [...witness.problems], trace: machine.trace, tasks: machine.tasks }
  await world.end()
  return outcome
}

async function begin(world: World): Promise<void> {
  void world.house.start()
  for (const device of world.devices) {
    const { dice } = world.machine.owner(`line of ${device.name}`)
    if (dice.chance(0.4))
      Object.assign(device.line, { latency: dice.between(5, 300), lost: 0.25, twice: 0.3 })
    world.openPage(device)
  }
  await world.machine.run(600)
  openAll(world)
}

/** Everybody looks at the notes of the first session and at the thread. */
function openAll(world: World): void {
  for (const page of world.pages) {
    if (!page.tab.core || !isSignedIn(page)) continue
    void world.machine.begin(page.tab.owner, () => {
      openRoom(page, `notes/${world.template.sessions[0]}`)
      openRoom(page, threadRoom(world.template.threadId))
    })
  }
}

const restWithin = 400_000

/** All faults end, whoever was signed out signs in again, and everything that waits gets through. */
async function rest(world: World): Promise<void> {
  const { machine, house, network, witness } = world
  for (const device of world.devices) {
    network.setMode(device.line, 'up')
    Object.assign(device.line, { latency: 40, lost: 0, twice: 0 })
    device.offset = 0
    if (!world.pages.some((page) => page.device === device)) world.openPage(device)
  }
  // Most hear that the network is back, the others find out.
  const told = world.machine.owner('rest').dice.chance(0.7)
  for (const page of world.pages) {
    page.tab.owner.pace = 0
    if (told) void machine.begin(page.tab.owner, () => page.tab.emit('online'))
  }
  const until = machine.now + restWithin
  for (let turn = 0; machine.now < until; turn++) {
    await machine.run(turn < 10 ? 500 : 5_000)
    if (!house.up) continue
    for (const id of [...witness.shutOut.keys()]) {
      pardon(world, id, world.template.people.find((person) => person.id === id)!.role)
    }
    for (const page of world.pages) {
      if (!page.tab.core) continue
      const { session } = page.tab.core
      const out = !isSignedIn(page) || session.ended()
      if (out && turn % 6 === 5) void machine.begin(page.tab.owner, () => signIn(page))
    }
    openAll(world)
    const connected = world.devices.every((device) => network.isConnected(device.line))
    if (turn > 1 && connected && world.pages.every(isSettled)) return
  }
  for (const page of world.pages)
    if (!isSettled(page)) witness.problem(`does not come to rest: ${unsettledBecause(page)}`)
}

/** All replicas agree, and nothing is missing that was promised. */
async function judge(world: World, plan: Plan): Promise<void> {
  const { machine, witness } = world
  const dice = createDice(`${plan.seed}/end`)
  await machine.run(1_500)
  await compareDocuments(world, 'at rest')
  if (dice.chance(0.6)) await live(world, dice)
  if (witness.problems.length > 0) return
  await checkPromises(world)
  if (witness.problems.length === 0 && dice.chance(0.2)) await reopen(world)
}

/** Once more everybody writes, and it reaches everybody by itself. */
async function live(world: World, dice: Dice): Promise<void> {
  const { machine, network, witness } = world
  const sockets = network.opened
  for (const page of world.pages) {
    await machine.run(dice.between(0, 80))
    void machine.begin(page.tab.owner, () =>
      typeIn(world, page, `notes/${world.template.sessions[0]}`, 1, dice),
    )
  }
  await machine.run(4_000)
  if (witness.problems.length > 0) return
  for (const page of world.pages)
    if (!isSettled(page)) witness.problem(`not saved live: ${unsettledBecause(page)}`)
  if (network.opened !== sockets) witness.problem('somebody reconnected while nothing happened')
  await compareDocuments(world, 'live')
  await compareRows(world, 'live')
}

/** Reloaded without a network, a device has what it had; with one, nothing changes. */
async function reopen(world: World): Promise<void> {
  const { machine, network } = world
  for (const device of world.devices) network.setMode(device.line, 'cut')
  for (const page of [...world.pages]) {
    const rooms = [...page.handles.keys()]
    world.closePage(page, false)
    const again = world.openPage(page.device)
    await machine.run(60)
    void machine.begin(again.tab.owner, () => {
      for (const room of rooms) openRoom(again, room)
    })
  }
  await machine.run(500)
  await compareDocuments(world, 'reopened without a network')
  for (const device of world.devices) network.setMode(device.line, 'up')
  await rest(world)
  await machine.run(2_000)
  await compareDocuments(world, 'after a reload')
  await compareRows(world, 'after a reload')
  await checkPromises(world)
}
