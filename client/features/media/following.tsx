/**
 * Draws nothing: what was kept of a lesson that its member may not read any more goes, and the captions and texts of
 * lessons whose words are kept come along.
 */
import { createEffect, type JSX, on } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { contentRoom } from '#shared/features/articles.ts'
import { lessonRoom } from '#shared/features/courses.ts'
import { type AttachmentsRow, hashesOf } from '#shared/features/media.ts'
import { isTextType, longestText } from '#shared/features/media-types.ts'

export function Following(): JSX.Element {
  const core = useCore()
  const rows = core.feed.rows('attachments')
  const fetched = new Set<string>()

  createEffect(() => {
    const lists = rows()
    const kept = core.downloads.all()
    if (!lists || !kept || !core.feed.ready() || !core.connection().leader) return
    const named = new Set(lists.flatMap(({ data }) => hashesOf(data)))
    const gone = kept.filter(({ hash }) => !named.has(hash)).map(({ hash }) => hash)
    if (gone.length > 0) void core.downloads.drop(gone)
  })

  createEffect(
    on([rows, core.library.kept, core.connection], ([lists, rooms, { leader, online }]) => {
      if (!leader || !online) return
      for (const { id, data } of lists ?? []) {
        if (!rooms.has(roomOf(id))) continue
        for (const hash of textsOf(data)) {
          if (fetched.has(hash)) continue
          fetched.add(hash)
          void core.files.get(hash).then((blob) => blob ?? fetched.delete(hash))
        }
      }
    }),
  )
  return null
}

function roomOf(subject: string): string {
  const id = subject.slice(subject.indexOf(':') + 1)
  return subject.startsWith('lesson:') ? lessonRoom(id) : contentRoom(id)
}

function textsOf({ captions, files }: AttachmentsRow): string[] {
  const texts = files.filter(({ type, size }) => isTextType(type) && size <= longestText)
  return [...captions, ...texts].map(({ hash }) => hash)
}
