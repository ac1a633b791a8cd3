/** The whole matrix, once: a world, everybody in it, every way in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Registry } from '#server/core/feature.ts'
import { probeCommands } from './attempts.ts'
import { createFindings } from './findings.ts'
import { createHttp, probeHttp } from './http-probes.ts'
import { probeSockets } from './socket-probes.ts'
import { openWorld } from './world.ts'

export interface Matrix {
  probes: number
  bytes: number
  actors: number
  canaries: number
  breaches: string[]
  unseen: string[]
}

/** @param thin leaves out what differs only in how it is asked. */
export async function probeEverything(
  options: { thin?: boolean; registry?: Registry } = {},
): Promise<Matrix> {
  const { thin = false } = options
  const world = await openWorld(options.registry)
  const server = createServer(getRequestListener(world.community.app.fetch))
  world.community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const findings = createFindings(world)
    const http = createHttp(world, thin ? undefined : base)
    await probeHttp(world, http, findings, thin)
    await probeSockets(world, base, findings)
    await probeCommands(world, http, findings, thin)
    return {
      probes: findings.probes,
      bytes: findings.bytes,
      actors: world.actors.length,
      canaries: world.canaries.size + world.marks.size,
      breaches: findings.breaches,
      unseen: findings.unseen(),
    }
  } finally {
    server.closeAllConnections()
    await world.close()
    server.close()
  }
}
