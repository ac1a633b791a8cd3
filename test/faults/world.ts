/** Everything that one history has: the server, the devices with their pages, and the witness. */
import { uuidv7 } from '#shared/core/ids.ts'
import { createDevice, type Device } from './device.ts'
import { createHouse, type House, origin, type Person, startOfTime, type Template } from './house.ts'
import { createMachine, type Machine } from './machine.ts'
import { createNetwork, type Network } from './network.ts'
import { createPage, type Page } from './page.ts'
import { registryOf } from './registry.ts'
import { useMachine } from './storage.ts'
import { createWitness, type Witness } from './witness.ts'

export interface World {
  readonly machine: Machine
  readonly network: Network
  readonly house: House
  readonly template: Template
  readonly witness: Witness
  readonly devices: readonly Device[]
  readonly pages: readonly Page[]
  /** Invitations that are open. */
  readonly invites: string[]
  /** For what the owner does. */
  newId(): string
  personOf(device: Device): Person
  openPage(device: Device): Page
  /** @param politely the page hears that it is going; otherwise it is killed */
  closePage(page: Page, politely: boolean): void
  evict(device: Device): void
  /** Lets time pass, watching. */
  pass(milliseconds: number): Promise<void>
  end(): Promise<void>
}

export interface Shape {
  seed: string
  /** For each device: whose it is, as an index into the template's people. */
  devices: number[]
}

export function createWorld(template: Template, shape: Shape, say?: (line: string) => void): World {
  const thrown = (error: unknown, owner: { name: string; alive: boolean }): void => {
    if (owner.alive) witness.problem(`${owner.name}: thrown: ${String((error as Error)?.stack ?? error)}`)
  }
  const machine = createMachine(shape.seed, startOfTime, thrown, {
    say,
    onTask(owner) {
      const page = byOwner.get(owner.name)
      if (page) witness.look(page)
    },
  })
  const witness: Witness = createWitness(machine, template.people, startOfTime)
  useMachine(machine)
  console.error = (...said: unknown[]): void => {
    // Dexie's word to a tab whose member has signed out in another.
    if (String(said[0]).includes('wants to delete database')) return
    // What a tab that is gone had asked for is finished for it.
    if (machine.current.alive && machine.current.name !== 'storage')
      witness.problem(`${machine.current.name}: console: ${said.map(String).join(' ')}`)
  }
  console.warn = console.error
  const byOwner = new Map<string, Page>()
  const pages: Page[] = []
  const people = new Map<Device, Person>()
  const network = createNetwork(machine, (sender, bytes) => {
    const token = [...sender.cookies.values()][0]
    const person = template.people.find((each) => each.handle === sender.name.replace(/\d.*/, ''))
    witness.leaves(token === undefined ? null : (person?.id ?? null), bytes)
  })
  const house = createHouse(machine, network, template.file, {
    began: (reader) => witness.syncBegan(reader),
    onLog: (level, line) => {
      if (level === 'error') witness.problem(`the server says ${line}`)
    },
  })
  const registry = registryOf(machine.owner('library').dice.chance(0.3))
  const devices = shape.devices.map((index, i) => {
    const person = template.people[index]!
    const before = shape.devices.slice(0, i).filter((other) => other === index).length
    const device = createDevice(machine, network, {
      name: `${person.handle}${before + 1}`,
      origin,
      registry,
      cookie: person.cookies[before]!,
      ...(machine.owner(`device ${i}`).dice.chance(0.8)
        ? { contents: template.devices.get(person.handle)! }
        : {}),
    })
    people.set(device, person)
    return device
  })

  function forget(page: Page): void {
    pages.splice(pages.indexOf(page), 1)
    byOwner.delete(page.name)
  }

  const world: World = {
    machine,
    network,
    house,
    template,
    witness,
    devices,
    pages,
    invites: [...template.invites],
    newId: () => uuidv7(machine.now),
    personOf: (device) => people.get(device)!,
    openPage(device) {
      const tab = device.open()
      const page = createPage(device, tab, people.get(device)!)
      pages.push(page)
      byOwner.set(page.name, page)
      return page
    },
    closePage(page, politely) {
      if (!page.tab.alive) return
      forget(page)
      page.tab.kill(politely)
      if (!politely) witness.forgive({ page: page.name })
    },
    evict(device) {
      for (const page of pages.filter((each) => each.device === device)) world.closePage(page, false)
      device.evict()
      witness.forgive({ device: device.name })
    },
    pass: (milliseconds) => machine.run(milliseconds),
    async end() {
      for (const page of [...pages]) world.closePage(page, false)
      await machine.run(1)
      house.end()
    },
  }
  return world
}
