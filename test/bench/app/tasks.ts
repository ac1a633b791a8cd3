/**
 * The longest task of a page's main thread while something happens: by the clock, which a busy machine stretches, and in
 * processor time, which it hardly does. From Chromium's own trace.
 */
import type { Browser, Page } from 'playwright-core'

export interface Tasks {
  /** Milliseconds of the longest task by the clock, and of the one that took most processor time. */
  clock: number
  processor: number
  /** Tasks over 50 ms of processor time. */
  over: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

export async function tasksOf(browser: Browser, page: Page, work: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
  })
  await work()
  const trace = await browser.stopTracing()
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(
    (event) =>
      /RunTask$/.test(event.name) && event.dur !== undefined && mains.has(`${event.pid} ${event.tid}`),
  )
  const longest = (of: (event: TraceEvent) => number): number => Math.max(0, ...tasks.map(of)) / 1_000
  return {
    clock: longest((event) => event.dur ?? 0),
    processor: longest((event) => event.tdur ?? event.dur ?? 0),
    over: tasks.filter((event) => (event.tdur ?? event.dur ?? 0) > 50_000).length,
  }
}
