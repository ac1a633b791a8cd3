/**
 * Races of revocation: people read and write while updates stream in, and in the midst of it their access ends: by a
 * command of theirs or of somebody else's, by a row that is withdrawn, or by the hour. Each update carries a word of
 * its own, so that whatever arrives tells when it was made. What may not arrive: anything at all later than a second
 * after the end, and anything that was made after the end was acknowledged. What may not be stored: anything that was
 * sent after that.
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member } from '#shared/core/viewer.ts'
import type { TestCommunity } from '../../support/community.ts'
import type { Dice } from '../rig/random.ts'
import { act, hour, kindOf, kinds, type Moment, type Stream, type Victim, type Wave } from './ends.ts'
import { createOwnTime } from './own-time.ts'
import { openPatient } from './patient.ts'
import { judgeWriting, pause, type Run, type Words, watch } from './watch.ts'

export interface Races {
  races: number
  /** Canaries that arrived before the end, so that there was something to end. */
  words: number
  breaches: string[]
  /** Milliseconds from an end that was acknowledged to the room or socket being closed: of our own time, and by the wall. */
  evictions: { own: number; wall: number }[]
}

/** Milliseconds within which everybody's access ends. */
const within = 1_000

export async function race(count: number, dice: Dice, atOnce = 40): Promise<Races> {
  const races: Races = { races: 0, words: 0, breaches: [], evictions: [] }
  while (races.races < count) {
    const runs = await runWave(Math.min(atOnce, count - races.races), dice)
    races.races += runs.length
    for (const run of runs) {
      races.words += run.words
      races.breaches.push(...run.breaches.map((breach) => `one who ${run.victim.kind} ${breach}`))
      if (!run.closed) continue
      const since = (closed: number, ended: number): number => Math.max(0, closed - ended)
      races.evictions.push({
        own: since(run.closed.own, run.ended.own),
        wall: since(run.closed.wall, run.ended.wall),
      })
    }
  }
  return races
}

async function runWave(size: number, dice: Dice): Promise<Run[]> {
  const community = await openPatient()
  const server = createServer(getRequestListener(community.app.fetch))
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const words: Words = new Map()
  const running = { streams: true }
  const time = createOwnTime()
  try {
    const moment = (): Moment => ({ own: time.now(), wall: performance.now() })
    const wave = await foundWave(community, base, moment)
    const names = Object.keys(kinds) as (keyof typeof kinds)[]
    const victims: Victim[] = []
    for (let i = 0; i < size; i++) victims.push(await join(wave, names[i % names.length]!, i))
    const streams = startStreams(wave, words, running)
    const runs = await Promise.all(victims.map((victim) => watch(wave, victim, words)))

    // Together, by the hour and by the withdrawal of what guests read; the others each at a moment of their own.
    const together = pause(dice.below(within)).then(async () => {
      const ended = wave.moment()
      community.clock.advance(2 * hour)
      for (const run of runs) if (kindOf(run.victim).byTime) run.ended = ended
      wave.articleAccess = 'members'
      await publish(wave, 'x')
      for (const run of runs) if (run.victim.kind === 'is a guest') run.ended = wave.moment()
    })
    const alone = runs
      .filter((run) => !kindOf(run.victim).together)
      .map(async (run) => {
        await pause(dice.below(within))
        await kindOf(run.victim).end({ ...run.victim, wave })
        run.ended = wave.moment()
      })
    await Promise.all([together, ...alone])
    await pause(1_500)
    running.streams = false
    await streams
    for (const run of runs) run.stop()
    await community.community.quiesce()
    for (const run of runs) await judgeWriting(wave, run)
    return runs
  } finally {
    running.streams = false
    time.stop()
    server.closeAllConnections()
    await community.close()
    server.close()
  }
}

async function foundWave(community: TestCommunity, base: string, moment: () => Moment): Promise<Wave> {
  const [own, mod, ada] = [
    await community.member({ role: 'owner' }),
    await community.member({ role: 'moderator' }),
    await community.member({ role: 'author' }),
  ]
  const [circle, draft, article] = [uuidv7(), uuidv7(), uuidv7()]
  const wave: Wave = {
    community,
    base,
    own,
    mod,
    ada,
    circle,
    draft,
    article,
    articleAccess: 'public',
    moment,
  }
  await act(wave, mod, 'circles.found', { id: circle, access: 'circle', text: '', file: null })
  await act(wave, mod, 'circles.admit', { id: circle, memberId: mod.id, until: null })
  for (const id of [draft, article])
    await act(wave, ada, 'articles.start_draft', { id, title: 'x', articleId: null })
  await publish(wave, 'x')
  return wave
}

function publish(wave: Wave, text: string): Promise<void> {
  const details = { title: 'x', tags: [], lang: 'en', opening: { to: wave.articleAccess } }
  return act(wave, wave.ada, 'articles.publish', {
    draftId: wave.article,
    ...details,
    description: text,
    body: text,
  })
}

async function join(wave: Wave, kind: keyof typeof kinds, number: number): Promise<Victim> {
  const { services, clock } = wave.community
  const { role } = kindOf({ kind })
  if (role === null) return { kind, member: null, cookie: null, sessionId: null }
  const handle = `victim-${number}`
  const made = await createMember(services, { handle, name: handle, email: `${handle}@example.org`, role })
  if (!made.ok) throw new Error(made.error.message)
  const member = made.value
  const { token, id: sessionId } = await services.sessions.open(member.id, 'race')
  const until = kind === 'sees their grant end' ? clock.now + hour : null
  await act(wave, wave.mod, 'circles.admit', { id: wave.circle, memberId: member.id, until })
  if (role === 'author')
    await act(wave, wave.ada, 'articles.share_draft', { id: wave.draft, memberId: member.id, on: true })
  if (kind === 'sees their session end') {
    await services.database.kysely
      .updateTable('session')
      .set({ expires_at: clock.now + hour })
      .where('id', '=', sessionId)
      .execute()
  }
  return { kind, member, cookie: services.sessions.cookie(token).split(';')[0]!, sessionId }
}

/** Publishes new words everywhere until it is told to stop. */
async function startStreams(wave: Wave, words: Words, running: { streams: boolean }): Promise<void> {
  const { community } = wave
  const stream = async (
    name: Stream,
    every: number,
    make: (word: string) => Promise<unknown>,
  ): Promise<void> => {
    while (running.streams) {
      const word = `race${randomBytes(8).toString('hex')}`
      words.set(word, { stream: name, made: wave.moment() })
      await make(word)
      await pause(every)
    }
  }
  const type = (room: string, by: Member, word: string): Promise<void> =>
    community.community.edit(by, room, (doc) => doc.getText('body').insert(0, `${word} `))
  await Promise.all([
    stream('circle', 30, (text) => act(wave, wave.mod, 'circles.tell', { id: wave.circle, text })),
    stream('board', 20, (word) => type(`board/${wave.circle}`, wave.mod, word)),
    stream('draft', 20, (word) => type(`draft/${wave.draft}`, wave.ada, word)),
    stream('article', 60, (word) => publish(wave, word)),
    stream('invites', 60, (note) =>
      act(wave, wave.own, 'accounts.invite', { id: uuidv7(), role: 'member', note, uses: 1, days: 1 }),
    ),
  ])
}
