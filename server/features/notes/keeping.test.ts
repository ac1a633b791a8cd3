import { expect, test } from 'vitest'
import { superfluous, versionBefore } from './keeping.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = 420 * day

const long = Array.from({ length: 40 }, (_, i) => `Line ${i} of the notes says this.`).join('\n')

function head(body: string, more: { began?: number; peak?: string } = {}) {
  return { began: more.began ?? now, at: now, body, peak: more.peak ?? null, peak_at: now - minute }
}

function decided(from: ReturnType<typeof head>, to: string) {
  const kept = versionBefore(from, to, now)
  return (
    kept && { ...kept, body: kept.body === from.body ? 'latest' : kept.body === from.peak ? 'peak' : '?' }
  )
}

test('while people write there is one version in five minutes', () => {
  expect(decided(head(long, { began: now - 4 * minute }), `${long}\nmore`)).toBeUndefined()
  expect(decided(head(long, { began: now - 5 * minute }), `${long}\nmore`)).toEqual({
    body: 'latest',
    at: now,
    reason: 'time',
    large: false,
  })
  // Somebody put the server's clock back.
  expect(decided(head(long, { began: now + day }), `${long}\nmore`)).toMatchObject({ reason: 'time' })
})

test('what is deleted at once is kept, whatever the time; much of it is told to everybody', () => {
  const lines = long.split('\n')
  expect(decided(head(long), lines.slice(0, 38).join('\n'))).toBeUndefined()
  expect(decided(head(long), lines.slice(0, 30).join('\n'))).toMatchObject({ reason: 'loss', large: false })
  expect(decided(head(long), lines.slice(0, 10).join('\n'))).toMatchObject({ reason: 'loss', large: true })
  expect(decided(head(long), '')).toMatchObject({ body: 'latest', reason: 'loss', large: true })
})

test('a text that was typed over is as lost as one that was deleted, one that was moved is not', () => {
  expect(decided(head(long), 'ha '.repeat(500))).toMatchObject({ reason: 'loss', large: true })
  expect(decided(head(long), long.split('\n').toReversed().join('\n'))).toBeUndefined()
})

test('of short notes everybody hears when nearly all is gone, not when a sentence is begun anew', () => {
  const short =
    '结论：先写本地，再上传服务器。\n负责人：小满、丁博。\n下次会议：周五上午十点，老地方，记得带电脑。'
  expect(decided(head(short), '')).toMatchObject({ reason: 'loss', large: true })
  expect(decided(head(short), short.split('\n').slice(0, 2).join('\n'))?.large ?? false).toBe(false)
  expect(decided(head('Hello'), '')).toBeUndefined()
})

test('what goes away little by little is lost from where it was fullest', () => {
  const body = long.split('\n').slice(0, 34).join('\n')
  const less = long.split('\n').slice(0, 31).join('\n')
  expect(decided(head(body), less)).toBeUndefined()
  expect(decided(head(body, { peak: long }), less)).toMatchObject({
    body: 'peak',
    at: now - minute,
    reason: 'loss',
  })
})

test('of nothing nothing is kept', () => {
  expect(decided(head('', { began: 0 }), long)).toBeUndefined()
})

interface Aged {
  id: string
  at: number
  name: string | null
  lost_at: number | null
  size: number
}

function version(id: string, age: number, more: Partial<Aged> = {}): Aged {
  return { id, at: now - age, name: null, lost_at: null, size: 1_000, ...more }
}

function left(versions: Aged[]): string[] {
  const sorted = versions.toSorted((a, b) => a.at - b.at)
  const gone = superfluous(sorted, now)
  return sorted.filter(({ id }) => !gone.includes(id)).map(({ id }) => id)
}

test('of the last day all versions stay, of a week one an hour, then one a day, then one a month', () => {
  const today = Array.from({ length: 100 }, (_, i) => version(`today-${i}`, i * 10 * minute))
  expect(left(today)).toHaveLength(100)
  const each = (count: number, from: number, step: number): Aged[] =>
    Array.from({ length: count }, (_, i) => version(`${from}-${i}`, from + i * step))
  expect(left(each(36, 2 * day + 5 * minute, 10 * minute))).toHaveLength(6)
  expect(left(each(48, 20 * day + 30 * minute, hour))).toHaveLength(2)
  expect(left(each(60, 120 * day + hour, day))).toHaveLength(2)
})

test('in a span that keeps one, the one from before a loss stays, else the newest', () => {
  const at = 2 * day - 5 * minute
  expect(left([version('a', at), version('b', at - minute), version('c', at - 2 * minute)])).toEqual(['c'])
  const lost = version('b', at - minute, { lost_at: now })
  expect(left([version('a', at), lost, version('c', at - 2 * minute)])).toEqual(['b'])
})

test('versions with names stay', () => {
  const named = Array.from({ length: 30 }, (_, i) => version(`n${i}`, 20 * day + i, { name: `name ${i}` }))
  expect(left(named)).toHaveLength(30)
})

test('whoever makes versions without end pushes their own out, not those of others', () => {
  const good = Array.from({ length: 20 }, (_, i) => version(`good-${i}`, 12 * hour + i * 10 * minute))
  const flood = Array.from({ length: 600 }, (_, i) => version(`flood-${i}`, i * 2_000))
  const after = left([...good, ...flood])
  expect(after).toHaveLength(200)
  expect(after.filter((id) => id.startsWith('good'))).toHaveLength(20)
  expect(after).toContain('flood-0')
})

test('the texts of a session have a bound together', () => {
  const large = Array.from({ length: 60 }, (_, i) => version(`v${i}`, i * minute, { size: 300_000 }))
  expect(left(large)).toHaveLength(20)
})
