import { expect, test } from 'vitest'
import type { LessonRow } from '#shared/features/courses.ts'
import { moved, planOf } from './plan.ts'

const chapters = [
  { id: 'one', title: 'One' },
  { id: 'two', title: 'Two' },
]
const lesson = (id: string, position: number, chapterId: string): LessonRow =>
  ({ id, position, chapterId }) as LessonRow
const plan = planOf({ chapters }, [lesson('b', 1, 'one'), lesson('a', 0, 'one'), lesson('c', 2, 'two')])
const order = (next: typeof plan | undefined): string[][] | undefined =>
  next?.map((chapter) => chapter.lessons)

test('lessons stand in their chapters, those of a chapter that has gone in the last', () => {
  expect(order(plan)).toEqual([['a', 'b'], ['c']])
  expect(order(planOf({ chapters }, [lesson('x', 0, 'gone')]))).toEqual([[], ['x']])
})

test('a lesson moves a step, and over the edge into the next chapter', () => {
  expect(order(moved(plan, 'a', 1))).toEqual([['b', 'a'], ['c']])
  expect(order(moved(plan, 'b', 1))).toEqual([['a'], ['b', 'c']])
  expect(order(moved(plan, 'c', -1))).toEqual([['a', 'b', 'c'], []])
  expect(moved(plan, 'a', -1)).toBeUndefined()
  expect(moved(plan, 'c', 1)).toBeUndefined()
  expect(order(plan)).toEqual([['a', 'b'], ['c']])
})
