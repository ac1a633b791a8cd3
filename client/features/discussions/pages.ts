/** The documents of a thread's pages, open while their page is shown, as one list of posts. */
import { type Accessor, createComputed, createMemo, createSignal, mapArray, onCleanup } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { type Post, pageMaps, postsOf, threadRoom } from '#shared/features/discussions.ts'

interface OpenPage {
  page: number
  posts: Accessor<Post[]>
  handle: Accessor<DocHandle | undefined>
}

export interface Pages {
  /** Of all open pages, oldest first. */
  posts: Accessor<Post[]>
  /** Every open page has something to show. */
  present: Accessor<boolean>
  /** Every open page is as the server has it. */
  synced: Accessor<boolean>
}

/** @param wanted page numbers to hold open, ascending. */
export function usePages(threadId: string, wanted: Accessor<number[]>): Pages {
  const core = useCore()
  const unique = createMemo(wanted, [], { equals: (a, b) => a.join() === b.join() })
  const open = mapArray(unique, (page): OpenPage => {
    const handle = core.docs.use(() => threadRoom(threadId, page))
    const [posts, setPosts] = createSignal<Post[]>([])
    createComputed(() => {
      const current = handle()
      if (!current?.loaded()) return
      const maps = Object.values(pageMaps(current.doc))
      const read = (): void => {
        setPosts(postsOf(current.doc))
      }
      read()
      for (const map of maps) map.observe(read)
      onCleanup(() => {
        for (const map of maps) map.unobserve(read)
      })
    })
    return { page, posts, handle }
  })
  const posts = createMemo(() => open().flatMap((page) => page.posts()))
  const present = createMemo(() => open().every((page) => page.handle()?.present() === true))
  const synced = createMemo(
    () => open().length > 0 && open().every((page) => page.handle()?.synced() === true),
  )
  return { posts, present, synced }
}
