/** What somebody has written so far of a first post. */
import type { ThreadRow } from '#shared/features/discussions.ts'
import type { PollDraft } from './poll-fields.tsx'

export interface OpeningDraft {
  title: string
  kind: ThreadRow['kind']
  tags: string
  body: string
  poll: PollDraft | null
}

export const emptyOpening: OpeningDraft = { title: '', kind: 'talk', tags: '', body: '', poll: null }
