import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRelay } from './relay.ts'

/** Small and seeded, so that a failing run can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function room(content = ''): Y.Text {
  const text = new Y.Doc().getText('body')
  if (content) text.insert(0, content)
  return text
}

describe('a relay', () => {
  test('begins with what the room holds', () => {
    const source = room('你好，世界')
    expect(createRelay(source).text.toString()).toBe('你好，世界')
  })

  test('passes local edits to the room at once, even while it holds', () => {
    const source = room('ab')
    const relay = createRelay(source)
    relay.text.insert(1, 'x')
    expect(source.toString()).toBe('axb')
    relay.hold()
    relay.text.insert(0, 'y')
    expect(source.toString()).toBe('yaxb')
  })

  test('keeps remote edits back while it holds and applies them on release', () => {
    const source = room('ab')
    const relay = createRelay(source)
    relay.hold()
    source.insert(1, '远')
    source.insert(2, '方')
    relay.text.insert(1, 'ni')
    expect(relay.text.toString()).toBe('anib')
    relay.release()
    expect(relay.text.toString()).toBe(source.toString())
    expect([...relay.text.toString()].sort()).toEqual([...'ab远方ni'].sort())
    source.insert(0, '!')
    expect(relay.text.toString()).toBe(source.toString())
  })

  test('echoes nothing: one edit is one update on either side', () => {
    const source = room()
    const relay = createRelay(source)
    let roomUpdates = 0
    let mirrorUpdates = 0
    source.doc?.on('update', () => roomUpdates++)
    relay.text.doc?.on('update', () => mirrorUpdates++)
    relay.text.insert(0, 'mine')
    expect([roomUpdates, mirrorUpdates]).toEqual([1, 1])
    source.insert(0, 'theirs')
    expect([roomUpdates, mirrorUpdates]).toEqual([2, 2])
  })

  test('joins two editors on one room', () => {
    const source = room('文')
    const [one, two] = [createRelay(source), createRelay(source)]
    one.text.insert(1, '一')
    expect(two.text.toString()).toBe('文一')
    two.hold()
    one.text.insert(2, '二')
    expect(two.text.toString()).toBe('文一')
    two.release()
    expect(two.text.toString()).toBe('文一二')
  })

  test('stops when closed, and when the room is destroyed', () => {
    const source = room('a')
    const relay = createRelay(source)
    relay.close()
    source.insert(0, 'b')
    expect(relay.text.toString()).toBe('a')
    const other = createRelay(source)
    source.doc?.destroy()
    expect(() => other.close()).not.toThrow()
  })

  test('refuses a text outside of any document', () => {
    expect(() => createRelay(new Y.Text('loose'))).toThrow('in a document')
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'two relays on two connected rooms converge whatever is held when (seed %i)',
    (seed) => {
      const pick = random(seed)
      const rooms = [room(), room()] as const
      const wire: { to: 0 | 1; update: Uint8Array }[] = []
      rooms.forEach((text, here) => {
        text.doc?.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin !== 'wire') wire.push({ to: here === 0 ? 1 : 0, update })
        })
      })
      const relays = rooms.map((text) => createRelay(text))
      const deliver = (): void => {
        const next = wire.shift()
        const doc = next && rooms[next.to].doc
        if (doc) Y.applyUpdate(doc, next.update, 'wire')
      }
      for (let step = 0; step < 400; step++) {
        const relay = relays[pick(2)]
        if (!relay) continue
        const length = relay.text.length
        const action = pick(6)
        if (action < 3) relay.text.insert(pick(length + 1), String.fromCharCode(0x4e00 + pick(400)))
        else if (action === 3 && length > 0) relay.text.delete(pick(length), 1)
        else if (action === 4) relay.held() ? relay.release() : relay.hold()
        else deliver()
      }
      for (const relay of relays) relay.release()
      while (wire.length > 0) deliver()
      const texts = [...rooms, ...relays.map((relay) => relay.text)].map((text) => text.toString())
      expect(new Set(texts).size).toBe(1)
      expect(texts[0]?.length).toBeGreaterThan(20)
    },
  )
})
