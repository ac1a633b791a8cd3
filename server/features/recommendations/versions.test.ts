import { expect, test } from 'vitest'
import {
  type Measures,
  type ModelStateRow,
  type ModelTrialRow,
  type ModelVersionRow,
  usualWeights,
} from '#shared/features/recommendation-models.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import { emptyModel, quantise } from '#shared/recommend/model.ts'
import { publishArticle } from '../../../test/support/articles.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { type Terminal, trainHere } from './command-line.ts'
import { freshenNow } from './freshen.ts'
import { verdictOn } from './gate.ts'
import { settled, trainNow } from './index.ts'
import { running, silentFor } from './run.ts'
import { db } from './tables.ts'
import { publishGiven } from './training.ts'
import { onlyItems } from './versions.ts'

/** Before anything that recurs is due. */
const soon = 60_000

interface Readers {
  community: TestCommunity
  owner: TestMember
  articles: string[]
  members: TestMember[]
}

/** Ten articles on two subjects, and fifty members who share what they read of one. */
async function readers(): Promise<Readers> {
  const community = await openCommunity()
  const owner = await community.member({ role: 'owner' })
  const articles: string[] = []
  for (let i = 0; i < 10; i++)
    articles.push(await publishArticle(community, owner, `${i % 2 ? 'Databases' : 'Gardens'} part ${i}`))
  const members: TestMember[] = []
  for (let m = 0; m < 50; m++) {
    const member = await community.member()
    members.push(member)
    await community.send(member, 'recommendations.set_sharing', { on: true })
    const items = articles.flatMap((item, i) =>
      i % 2 === m % 2 && i !== m % 10 ? [{ item, weight: 1 }] : [],
    )
    // Both subjects, now and then.
    if (m % 7 === 0) items.push({ item: articles[(m + 1) % 10]!, weight: 1 })
    await community.send(member, 'recommendations.share_reads', { items })
  }
  return { community, owner, articles, members }
}

const stateOf = async ({ community, owner }: Readers): Promise<ModelStateRow> =>
  (await community.feed(owner)).get('model_states')!.get('now')
const versionsOf = async ({ community, owner }: Readers): Promise<ModelVersionRow[]> =>
  [...((await community.feed(owner)).get('model_versions')?.values() ?? [])].sort((a, b) => b.at - a.at)

const measures = (changes: Partial<Measures> = {}): Measures => ({
  ndcg10: 0.4,
  recall20: 0.5,
  coverage10: 0.6,
  gini: 0.5,
  popularityLift: 1.2,
  tailShare: 0.3,
  ...changes,
})

test('a model for guests has the vectors and the gains of what guests may see, each with its own item', () => {
  const item = (id: string) => ({ id, kind: 'article', tags: [], at: 0 })
  const whole = {
    ...emptyModel(),
    items: ['a', 'b', 'c'].map(item),
    popularity: Uint32Array.of(30, 20, 25),
    fromContent: new Uint8Array(3),
    ...quantise(Float64Array.of(1, 2, 3), 1),
    gains: Float32Array.of(0.5, 1, 1.5),
  }
  const part = onlyItems(whole, new Set(['c', 'a']))
  expect(part.items.map(({ id }) => id)).toEqual(['a', 'c'])
  expect(part.gains).toEqual(Float32Array.of(0.5, 1.5))
  expect(part.scales).toEqual(Float32Array.of(whole.scales[0]!, whole.scales[2]!))
  expect(onlyItems(emptyModel(), new Set()).gains).toBeUndefined()
})

test('the gate asks 98% of what the serving model does on the same members, and no more than is fair', () => {
  const report = { source: 'members', heldOut: null, scores: null, popularity: null } as const
  const asked = (candidate: Partial<Measures>, more: object = {}) => {
    const against = {
      version: 'before',
      on: 'unseen' as const,
      members: 100,
      items: 50,
      source: 'members' as const,
      candidate: measures(candidate),
      current: measures(),
      ...more,
    }
    return verdictOn(report, { against }, 'before', 1_000)
  }
  expect(asked({})).toEqual({ passed: true, found: [], compared: 'yes' })
  expect(asked({ ndcg10: 0.4 * 0.981, recall20: 0.5 * 0.981 }).passed).toBe(true)
  expect(asked({ ndcg10: 0.4 * 0.979 }).found.map(({ reason }) => reason)).toEqual(['ndcg'])
  expect(asked({ recall20: 0.1, coverage10: 0.1, tailShare: 0 }).found.map(({ reason }) => reason)).toEqual([
    'recall',
    'coverage',
    'tail',
  ])
  // Texts alone show everybody something else: a model that has learnt from members is not to do that.
  expect(asked({ coverage10: 0.1, tailShare: 0 }, { source: 'content' }).passed).toBe(true)
  // A handful of members decides nothing.
  expect(asked({ ndcg10: 0 }, { members: 19 })).toMatchObject({ passed: true, compared: 'too_little' })
  expect(verdictOn(report, { against: null }, null, 1_000).compared).toBe('nothing')
  expect(verdictOn(report, { against: null }, null, 1e9).found.map(({ reason }) => reason)).toEqual(['size'])
  const poor = { ndcg10: 0.1, recall20: 0, coverage10: 0 }
  const popular = {
    ...report,
    heldOut: { by: 'time' as const, members: 500, interactions: 900 },
    scores: poor,
    popularity: { ...poor, ndcg10: 0.2 },
  }
  expect(verdictOn(popular, { against: null }, null, 1_000).found[0]!.reason).toBe('popularity')
})

test('versions say why they serve; going back pins, training goes on beside it, unpinned the next one serves', async () => {
  const all = await readers()
  const { community, owner } = all
  const first = await trainNow(community.services)
  expect(first.published && first.row.verdict.compared).toBe('nothing')
  community.clock.advance(soon)
  const second = await trainNow(community.services)
  expect(second.published && second.row.verdict.compared).toBe('yes')
  expect(second.published && second.row.against).toMatchObject({ on: 'seen', items: 10 })
  const [one, two] = [first, second].map((training) => (training.published ? training.version : ''))
  expect((await stateOf(all)).serving).toBe(two)

  expect(await community.send(owner, 'recommendations.roll_back', { version: one! })).toMatchObject({
    ok: true,
  })
  expect(await stateOf(all)).toMatchObject({ serving: one, pinned: one })
  const response = await community.request('/api/model', { as: owner })
  const model = await decodeModel(new Uint8Array(await response.arrayBuffer()))
  expect(model.ok && model.value.version).toBe(one)

  community.clock.advance(soon)
  expect(await trainNow(community.services)).toMatchObject({ published: true, kept: true })
  expect(await freshenNow(community.services)).toBe('pinned')
  expect(await stateOf(all)).toMatchObject({ serving: one, pinned: one, outcome: { how: 'kept' } })
  expect((await versionsOf(all)).map(({ state }) => state)).toEqual(['kept', 'published', 'published'])

  expect(await community.send(owner, 'recommendations.unpin', {})).toMatchObject({ ok: true })
  community.clock.advance(soon)
  const last = await trainNow(community.services)
  expect(await stateOf(all)).toMatchObject({ serving: last.published && last.version, pinned: null })
  const unknown = { version: 'f'.repeat(64) }
  expect(await community.send(owner, 'recommendations.roll_back', unknown)).toMatchObject({
    code: 'not_found',
  })
  await community.close()
}, 60_000)

test('a worse model is refused: devices keep theirs, owners are told why, and its report can be looked at', async () => {
  const all = await readers()
  const { community, owner, articles } = all
  const good = await trainNow(community.services)
  community.clock.advance(soon)
  // The same for everybody, where tastes differ.
  const flat = { dimensions: 1, items: articles, vectors: new Float32Array(articles.length).fill(1) }
  expect(await publishGiven(community.services, flat)).toMatchObject({ published: false, why: 'refused' })
  const refused = (await versionsOf(all)).find(({ state }) => state === 'refused')!
  expect(refused.verdict.found.map(({ reason }) => reason)).toContain('ndcg')
  expect(refused.measures!.ndcg10).toBeLessThan(good.published ? good.row.measures!.ndcg10 : 0)
  expect(refused.here).toBe(false)
  expect(await stateOf(all)).toMatchObject({
    serving: good.published && good.version,
    outcome: { how: 'refused', version: refused.version },
  })
  const notices = [...(await community.feed(owner)).get('notices')!.values()]
  expect(notices.find(({ type }) => type === 'running')).toMatchObject({
    word: 'models.notice_refused',
    params: { why: 'models.gate_ndcg' },
  })
  expect(community.logged.join('\n')).toContain('the new model is worse')
  const back = { version: refused.version }
  expect(await community.send(owner, 'recommendations.roll_back', back)).toMatchObject({ code: 'conflict' })
  await community.close()
}, 60_000)

test('new items join within the hour without a training, and nothing is made while nothing has happened', async () => {
  const all = await readers()
  const { community, owner, members, articles } = all
  expect(await freshenNow(community.services)).toBe('no_model')
  const trained = await trainNow(community.services)
  expect(await freshenNow(community.services)).toBe('unchanged')
  community.clock.advance(soon)
  const fresh = await publishArticle(community, owner, 'Gardens in winter')
  const met = await publishArticle(community, owner, 'Gardens in spring')
  for (const member of members.filter((_, m) => m % 2 === 0))
    await community.send(member, 'recommendations.share_reads', { items: [{ item: met, weight: 1 }] })
  expect(await freshenNow(community.services)).toBe('published')
  const [row] = await versionsOf(all)
  expect(row).toMatchObject({ made: 'refresh', basis: trained.published && trained.version, items: 12 })
  expect((await stateOf(all)).serving).toBe(row!.version)
  const response = await community.request('/api/model', { as: owner })
  const decoded = await decodeModel(new Uint8Array(await response.arrayBuffer()))
  if (!decoded.ok) throw new Error(decoded.error)
  const { vectors, settings, rowById, fromContent, popularity } = decoded.value
  const vector = (id: string) =>
    vectors.subarray(rowById.get(id)! * settings.dimensions, (rowById.get(id)! + 1) * settings.dimensions)
  const nearness = (a: string, b: string) =>
    vector(a).reduce((sum, value, k) => sum + value * vector(b)[k]!, 0)
  // By its text, and by those who met it, among the gardens.
  for (const id of [fresh, met])
    expect(nearness(id, articles[0]!)).toBeGreaterThan(nearness(id, articles[1]!))
  expect([fresh, met].map((id) => fromContent[rowById.get(id)!])).toEqual([1, 0])
  // Those who met it, and who wrote it.
  expect([fresh, met].map((id) => popularity[rowById.get(id)!])).toEqual([0, 26])
  // What was learnt stands as it was learnt, and its count with it.
  expect(popularity[rowById.get(articles[0]!)!]).toBeGreaterThanOrEqual(20)
  expect(await freshenNow(community.services)).toBe('unchanged')
  // The next training starts from the training, and the refresh goes with it.
  community.clock.advance(soon)
  const next = await trainNow(community.services)
  const made = next.published ? ['training', 'training'] : ['training', 'refresh', 'training']
  expect((await versionsOf(all)).map((version) => version.made)).toEqual(made)
  await community.close()
}, 60_000)

test('one thing runs at a time, in any process; cancelled it ends; left behind by a server it is begun again', async () => {
  const all = await readers()
  const { community, owner } = all
  const { services, clock } = community
  const abort = new AbortController()
  const cancelled = trainNow(services, { signal: abort.signal, onProgress: () => abort.abort() })
  expect(trainNow(services)).toBe(cancelled)
  expect(await cancelled).toEqual({ published: false, why: 'cancelled' })
  expect(await stateOf(all)).toMatchObject({ run: null, outcome: { how: 'cancelled' } })

  // Another process holds it.
  await services.transact((tx) =>
    db(tx)
      .insertInto('recommendations_run')
      .values({
        id: 'now',
        holder: 'elsewhere',
        what: 'training',
        asked: 'night',
        payload: '{}',
        stage: 'tuning',
        done: 0.3,
        started_at: clock.now,
        beat_at: clock.now,
        cancelling: 0,
        attempts: 1,
      })
      .execute(),
  )
  expect(await trainNow(services)).toEqual({ published: false, why: 'busy' })
  expect(await community.send(owner, 'recommendations.cancel_training', {})).toMatchObject({
    ok: true,
    data: { cancelled: true },
  })
  expect((await stateOf(all)).run).toMatchObject({ stage: 'tuning', cancelling: true })
  // Silent for long enough, its server is gone: whoever starts next takes it up.
  clock.advance(silentFor)
  await services.transact((tx) => tx.later('recommendations.resume', {}))
  await community.community.quiesce()
  await settled(services)
  expect(await stateOf(all)).toMatchObject({ run: null, outcome: { what: 'training', how: 'published' } })
  expect((await versionsOf(all))[0]!.asked).toBe('night')

  await expect(
    running(services, { what: 'trial', by: 'demand' }, () => Promise.reject(new Error('broken'))),
  ).rejects.toThrow('broken')
  expect(await stateOf(all)).toMatchObject({ run: null, outcome: { what: 'trial', how: 'failed' } })
  await community.close()
}, 60_000)

test('other weights are tried beside the model that serves, and count from the next training on', async () => {
  const all = await readers()
  const { community, owner } = all
  const trained = await trainNow(community.services)
  const weights = { acts: { ...usualWeights.acts, read: 3 }, halfLifeDays: 30 }
  await community.send(owner, 'recommendations.try_weights', weights)
  await community.community.quiesce()
  await settled(community.services)
  const trial: ModelTrialRow = (await community.feed(owner)).get('model_trials')!.get('now')
  expect(trial.weights).toEqual(weights)
  expect(trial.after).not.toBeNull()
  expect(trial.lists.length).toBeGreaterThan(0)
  for (const list of trial.lists) expect(list.before.some((id) => list.met.includes(id))).toBe(false)
  expect(await stateOf(all)).toMatchObject({
    serving: trained.published && trained.version,
    weights: usualWeights,
    outcome: { what: 'trial', how: 'tried' },
  })
  expect(await community.send(owner, 'recommendations.set_weights', weights)).toMatchObject({ ok: true })
  community.clock.advance(soon)
  await trainNow(community.services)
  expect((await versionsOf(all))[0]!.weights).toEqual(weights)
  const wild = { acts: { ...usualWeights.acts, read: 6 }, halfLifeDays: 30 }
  expect(await community.send(owner, 'recommendations.set_weights', wild)).toMatchObject({ ok: false })
  await community.close()
}, 60_000)

test('models are for owners to see; nobody else is told of versions, groups or trials', async () => {
  const all = await readers()
  const { community, members } = all
  await trainNow(community.services)
  const moderator = await community.member({ role: 'moderator' })
  for (const viewer of [members[0]!, moderator]) {
    const seen = await community.feed(viewer)
    for (const table of ['model_states', 'model_versions', 'model_trials'])
      expect(seen.has(table)).toBe(false)
  }
  const [row] = await versionsOf(all)
  for (const group of [...row!.tiers, ...row!.clusters]) expect(group.members).toBeGreaterThanOrEqual(10)
  await community.close()
}, 60_000)

test('on the command line: progress on one output, the report as a table on the other', async () => {
  const { community } = await readers()
  const written: string[] = []
  const out: Terminal = { write: (text) => written.push(text) }
  const lines: string[] = []
  const code = await trainHere(community.services, { report: true, say: (line) => lines.push(line), out })
  expect(code).toBe(0)
  expect(written.join('')).toMatch(/ {2}tuning\n[\s\S]* {2}writing\n$/)
  expect(lines[0]).toMatch(/^Published model [0-9a-f]{8}: 10 items/)
  expect(lines.join('\n')).toMatch(/NDCG@10 +0\.\d{3}/)
  expect(lines.join('\n')).toMatch(/method +alternating least squares/)
  expect(lines.join('\n')).toMatch(/tried +alternating least squares: \d+ settings, at best NDCG@10 0\.\d{3}/)
  await community.close()
}, 60_000)
