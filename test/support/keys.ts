/** A page used by its keys alone: where the focus is, that it can be seen, and how one gets somewhere. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export interface Focused {
  /** Its role, given or native. */
  role: string
  name: string
  /** Why somebody who looks for it would not find it; '' when they would. */
  unseen: string
}

/** The element that has the focus, inside an editor too. */
export function focusedIn(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    if (!element || element === document.body) return { role: 'nothing', name: '', unseen: 'nothing has it' }
    const natives: Record<string, string> = {
      A: 'link',
      BUTTON: 'button',
      H1: 'heading',
      H2: 'heading',
      INPUT: (element as HTMLInputElement).type,
      TEXTAREA: 'textbox',
      SELECT: 'combobox',
      SUMMARY: 'button',
      MAIN: 'main',
    }
    const labels = [...((element as HTMLInputElement).labels ?? [])]
      .map((label) => label.textContent)
      .join(' ')
    const words = [element.getAttribute('aria-label'), labels, element.textContent].find((text) =>
      text?.trim(),
    )
    const name = (words ?? '').replace(/\s+/g, ' ').trim().slice(0, 120)
    const role = element.getAttribute('role') ?? natives[element.nodeName] ?? element.nodeName

    const box = element.getBoundingClientRect()
    const isWithin = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
    // What reads as a heading or a page has been gone to, and needs no frame; a control is looked for.
    const isPlace = role === 'heading' || role === 'main' || role === 'ARTICLE'
    const isWritten = element.matches('textarea, input, select, [contenteditable]')
    /** A frame of its own, or of what it lies in: fields and the rows of a list draw it around the whole. */
    const framed = [element, element.parentElement, element.closest('label, li, [class*=box]')]
      .filter((each) => each !== null)
      .some((each) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
        const after = getComputedStyle(each, '::after')
        const outlined = outlineStyle !== 'none' && outlineWidth !== '0px'
        return (
          outlined || boxShadow !== 'none' || (after.outlineStyle !== 'none' && after.outlineWidth !== '0px')
        )
      })
    const at = [box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 12)] as const
    const over = isWithin ? document.elementFromPoint(...at) : null
    const host = (element.getRootNode() as ShadowRoot).host ?? element
    const isCovered =
      over !== null && !host.contains(over) && !over.contains(host) && over.closest('header, nav') !== null
    const unseen = !isWithin
      ? 'it is outside the window'
      : isCovered
        ? `${over!.nodeName} lies over it`
        : !framed && !isPlace && !isWritten
          ? 'it has no frame'
          : ''
    return { role, name, unseen }
  })
}

/** Presses a key and says where the focus is then; it has to be somewhere. */
export async function press(page: Page, key: string): Promise<Focused> {
  await page.keyboard.press(key)
  return focusedIn(page)
}

/** Goes on with Tab until the focus is where it was meant to go; all on the way there can be seen. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab', most = 120): Promise<Focused> {
  const passed: string[] = []
  for (let step = 0; step < most; step++) {
    const focused = await press(page, key)
    const { role, unseen } = focused
    if (role !== 'nothing')
      expect({ ...focused, unseen: '' }, `after ${passed.slice(-3).join(', ')}: ${unseen}`).toEqual(focused)
    if (typeof name === 'string' ? focused.name === name : name.test(focused.name)) return focused
    passed.push(`${role} “${focused.name.slice(0, 30)}”`)
  }
  throw new Error(`${String(name)} is not reached; the last were ${passed.slice(-12).join(', ')}`)
}

/** Waits until the focus is there. */
export async function expectFocus(page: Page, role: string, name: string | RegExp): Promise<void> {
  await expect
    .poll(
      async () => {
        const focused = await focusedIn(page)
        const isNamed = typeof name === 'string' ? focused.name === name : name.test(focused.name)
        return isNamed && focused.unseen === '' ? { role: focused.role } : focused
      },
      { timeout: 10_000 },
    )
    .toEqual({ role })
}
