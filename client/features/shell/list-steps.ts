/** `j` and `k`: the next or the former thing of a page, a row of a list or a post, gets the focus and comes into view. */

const things = '[data-step], [data-post]'

/** Where they begin when nothing has the focus: below the header. */
const top = 60

export function stepInList(by: 1 | -1): void {
  const main = document.getElementById('main')
  const all = [...(main?.querySelectorAll<HTMLElement>(things) ?? [])].filter(
    (one) => one.getClientRects().length > 0,
  )
  const next = all[indexFrom(all, by)]
  if (!next) return
  next.focus({ preventScroll: true })
  const box = next.closest('li, article') ?? next
  const isTall = box.getBoundingClientRect().height > innerHeight * 0.7
  box.scrollIntoView({ block: isTall ? 'start' : 'nearest' })
}

function indexFrom(all: readonly HTMLElement[], by: 1 | -1): number {
  const focused = document.activeElement
  const box = focused?.closest('li, article')
  const at = all.findIndex((one) => one === focused || (box !== null && box === one.closest('li, article')))
  if (at >= 0) return at + by
  const firstSeen = all.findIndex((one) => one.getBoundingClientRect().bottom > top)
  return by === 1 ? firstSeen : firstSeen - 1
}
