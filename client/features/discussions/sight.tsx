/** What the reader sees, and what they are about to see. */
import { type JSX, onCleanup, onMount } from 'solid-js'
import { Button } from '#client/ui/index.ts'
import styles from './discussions.module.css'
import type { DrawnPost } from './drawn.ts'

/** Calls back with each post that comes within `margin` of what the reader sees. */
export function createWatcher(
  margin: string,
  onReach: (post: DrawnPost) => void,
): (element: HTMLElement, post: () => DrawnPost) => void {
  const posts = new WeakMap<Element, () => DrawnPost>()
  const observer = new IntersectionObserver(
    (changes) => {
      if (document.visibilityState !== 'visible') return
      for (const change of changes) {
        const post = change.isIntersecting ? posts.get(change.target)?.() : undefined
        if (post) onReach(post)
      }
    },
    { rootMargin: margin },
  )
  let isOver = false
  onCleanup(() => {
    isOver = true
    observer.disconnect()
  })
  return (element, post) => {
    posts.set(element, post)
    // Once it stands on the page: Chromium never lets go of an observer of what did not, nor of all that it refers to.
    queueMicrotask(() => {
      if (!isOver) observer.observe(element)
    })
  }
}

/** A button that presses itself when the reader comes near. */
export function MorePages(props: { label: string; onReach: () => void }): JSX.Element {
  let element!: HTMLDivElement
  onMount(() => {
    const observer = new IntersectionObserver(
      (changes) => {
        if (changes.some((change) => change.isIntersecting)) props.onReach()
      },
      { rootMargin: '600px' },
    )
    observer.observe(element)
    onCleanup(() => observer.disconnect())
  })
  return (
    <div ref={element} class={styles.more}>
      <Button onClick={() => props.onReach()}>{props.label}</Button>
    </div>
  )
}
