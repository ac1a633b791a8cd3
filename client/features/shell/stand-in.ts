/**
 * What the server wrote into the page stays readable until the app has the same text: on a slow network nobody sees
 * an article vanish behind a skeleton. For guests only, since the server writes these pages for them.
 */

/** Between two skeletons a page is empty for a moment, in milliseconds. */
const patience = 500

/**
 * Call once the app is drawn.
 * @param text the server's `.public-page`, already taken out of the document
 * @returns a function that ends it early
 */
export function standIn(text: Element): () => void {
  const main = document.getElementById('main')
  const at = location.pathname
  // Home's heading is there long before what it is about; the heading of others comes with their text.
  const isThere = (): boolean =>
    main?.querySelector('h1') != null && (at !== '/' || !main.querySelector('[role="status"]'))
  if (!main || isThere()) return () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (): void => {
    clearTimeout(timer)
    if (location.pathname !== at || isThere()) end()
    // What has neither a heading nor a skeleton has something of its own to say.
    else if (!main.querySelector('[role="status"]')) timer = setTimeout(end, patience)
  }
  const watch = new MutationObserver(look)
  const end = (): void => {
    clearTimeout(timer)
    watch.disconnect()
    text.remove()
    main.hidden = false
  }
  main.after(text)
  main.hidden = true
  watch.observe(main, { childList: true, subtree: true })
  look()
  return end
}
