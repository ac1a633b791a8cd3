/**
 * What has the focus may vanish under it: the button that was pressed, the row that was removed. The browser then gives it
 * to nobody, and who cannot see the page is back at its beginning. Here it goes to what the thing stood in.
 */

/** Parts of a page that say something by themselves. */
const parts = 'section, article, li, form, fieldset, dialog, main, [role]'

/** Follows the focus within `root`, from now on. */
export function keepFocus(root: HTMLElement): void {
  let last: Element | null = null
  let around: HTMLElement[] = []

  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof Element)) return
    last = target
    around = []
    for (let each = target.parentElement; each && each !== root; each = each.parentElement)
      if (each.matches(parts)) around.push(each)
  })
  new MutationObserver(() => {
    if (!last || last.isConnected) return
    last = null
    // Whoever took it away may have given it to something else.
    if (document.activeElement !== document.body && document.activeElement !== null) return
    const place = around.find((each) => each.isConnected && each.checkVisibility())
    if (!place) return
    if (place.tabIndex < 0) place.setAttribute('tabindex', '-1')
    place.focus({ preventScroll: true })
  }).observe(root, { subtree: true, childList: true })
}
