/** What belongs to a lesson, as it will be once the server has heard of it. */
import type { Overlay } from '#client/core/feature.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { type AttachmentsRow, type UploadRow, uploadId } from '#shared/features/media.ts'

type Known = Pick<UploadRow, 'type' | 'size'>

/** Types and sizes are those of its member's uploads, or stand in the list that it replaces. */
export const arrange: Overlay<CommandInput<'media.arrange'>> = {
  rows({ subject, media, captions, files }, _entry, existing, memberId) {
    const before = existing('attachments', subject)?.data as unknown as AttachmentsRow | undefined
    const listed = [before?.media, ...(before?.files ?? [])]
    const known = (hash: string): Known => {
      const upload = existing('uploads', uploadId(hash, memberId))?.data as unknown as UploadRow | undefined
      const { type, size } = upload ?? listed.find((one) => one?.hash === hash) ?? { type: '', size: 0 }
      return { type, size }
    }
    const data = {
      media: media && { ...media, ...known(media.hash) },
      captions: captions.map((each) => ({ ...each, size: known(each.hash).size })),
      files: files.map((each) => ({ ...each, ...known(each.hash) })),
    }
    const isEmpty = data.media === null && data.files.length === 0
    return [{ table: 'attachments', id: subject, data: isEmpty ? null : data }]
  },
}
