import { describe, expect, it } from 'vitest'
import { guest } from '../core/viewer.ts'
import { canPlan, clashes } from './events.ts'

const at = (id: string, start: number, end: number) => ({ id, start, end })

describe('clashes', () => {
  it('are sessions that overlap in time, in any way', () => {
    const session = at('x', 10, 20)
    const others = [
      at('before', 0, 11),
      at('inside', 12, 13),
      at('around', 0, 30),
      at('after', 19, 25),
      at('same', 10, 20),
    ]
    expect(clashes(session, others)).toEqual(others)
  })

  it('are not those that follow back to back, nor the session itself', () => {
    expect(clashes(at('x', 10, 20), [at('a', 0, 10), at('b', 20, 30), at('x', 10, 20)])).toEqual([])
  })
})

it('members plan, guests do not', () => {
  expect(canPlan({ id: 'm', role: 'member' }, { access: 'members' })).toBe(true)
  expect(canPlan(guest, { access: 'public' })).toBe(false)
})
