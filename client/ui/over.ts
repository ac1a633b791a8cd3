/**
 * What lies over a page, a dialog or a sheet, is a step in the browser's history, so that Back (the button, the gesture,
 * the key) takes it away as a phone's user expects, and leaves the page where it was. Closed in another way, its step is
 * taken back. What the history says follows `layers` a moment later, when everything that changes at once has changed.
 */

interface Layer {
  close: () => void
}

const layers: Layer[] = []
/** Steps of ours on top of the page's own. */
let pushed = 0
/** The page's address below them. */
let base = ''
/** The browser is on its way back because we said so, and the address that must be left standing. */
let leaving: string | undefined
let isPlanned = false
let waiting: (() => void)[] = []
let isListening = false

function levelOf(state: unknown): number {
  return typeof state === 'object' && state !== null && 'over' in state ? Number(state.over) : 0
}

/**
 * @param close asked by Back; it may stay, and then has a step again.
 * @returns says that it is gone, however it went
 */
export function lieOver(close: () => void): () => void {
  listen()
  const layer = { close }
  layers.push(layer)
  plan()
  return () => {
    const at = layers.indexOf(layer)
    if (at < 0) return
    layers.splice(at, 1)
    plan()
  }
}

/** Does anything lie over the page, or is its step still being taken back? */
export function isCovered(): boolean {
  return layers.length > 0 || pushed > 0 || leaving !== undefined
}

/** Closes all of it, and then goes on: to another page, which may not come to lie on top of our steps. */
export function afterUncovering(then: () => void): void {
  for (const layer of [...layers].reverse()) layer.close()
  waiting.push(then)
  plan()
}

/** Call once, before a router listens: a reload in a dialog leaves its step behind. */
export function clearOver(): void {
  listen()
  pushed = levelOf(history.state)
  plan()
}

function plan(): void {
  if (isPlanned) return
  isPlanned = true
  queueMicrotask(() => {
    isPlanned = false
    settle()
  })
}

function settle(): void {
  if (leaving !== undefined) return
  if (pushed === 0) base = location.href
  while (pushed < layers.length) {
    pushed++
    history.pushState({ ...history.state, over: pushed }, '')
  }
  if (pushed > layers.length) {
    leaving = location.href
    history.go(layers.length - pushed)
    return
  }
  const ready = waiting
  waiting = []
  for (const then of ready) then()
}

function listen(): void {
  if (isListening) return
  isListening = true
  // Before the router: it need not hear of steps that are not its own.
  window.addEventListener('popstate', onStep, { capture: true })
}

function onStep(event: PopStateEvent): void {
  const level = levelOf(event.state)
  if (leaving !== undefined) {
    event.stopImmediatePropagation()
    // What the page wrote into its address in the meantime belongs to it, not to the step.
    if (location.href !== leaving) history.replaceState(event.state, '', leaving)
    leaving = undefined
    pushed = level
    settle()
    return
  }
  if (pushed === 0 || level >= pushed) return
  // Further back than the page that lay below: then the router hears of it too.
  if (location.href === base) event.stopImmediatePropagation()
  pushed = level
  for (const layer of layers.slice(level).reverse()) layer.close()
  plan()
}
