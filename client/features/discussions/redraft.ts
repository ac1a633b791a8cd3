/** An act that waits, or was refused, taken back into the form that it came from: its words are a draft again. */
import type { Redraft } from '#client/core/feature.ts'
import type { PollInput } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'
import type { PostDraft } from './composer.tsx'
import { keepDraft } from './draft.ts'
import { emptyOpening, type OpeningDraft } from './opening-draft.ts'
import type { PollDraft } from './poll-fields.tsx'

/** When it closes is asked again: the day may have passed. */
const asDraft = (poll: PollInput | undefined): PollDraft | null => (poll ? { ...poll, closes: '' } : null)

export const redraft: Record<string, Redraft> = {
  async 'discussions.post'(core, input: CommandInput<'discussions.post'>) {
    const { threadId, body, replyTo, poll } = input
    await keepDraft<PostDraft>(core, `thread:${threadId}`, (before) => ({
      text: [before?.text.trimEnd(), body].filter(Boolean).join('\n\n'),
      replyTo: before?.replyTo ?? replyTo,
      poll: before?.poll ?? asDraft(poll),
    }))
    return `/discuss/${threadId}`
  },
  async 'discussions.open_thread'(core, input: CommandInput<'discussions.open_thread'>) {
    const { title, kind, tags, body, poll, subject } = input
    const id = core.newId()
    await keepDraft<OpeningDraft>(core, `new:${id}`, () => ({
      ...emptyOpening,
      title,
      kind,
      body,
      tags: tags.join(', '),
      poll: asDraft(poll),
    }))
    const about = subject ? `&subject=${encodeURIComponent(`${subject.kind}:${subject.id}`)}` : ''
    return `/discuss/new?draft=${id}${about}`
  },
}
