import type { Accessor } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { Core } from '#client/core/core.ts'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import type { Confirm } from '#client/ui/index.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { PollInput } from '#shared/features/discussions.ts'
import type { Translate } from '#shared/words/index.ts'
import type { PostDraft } from './composer.tsx'
import type { Draft } from './draft.ts'
import type { DrawnPost } from './drawn.ts'
import type { PostActions } from './post.tsx'
import { quoteOf } from './quote.ts'

export interface ThreadActions extends PostActions {
  send(
    body: string,
    replyTo: string | null,
    answered: DrawnPost | undefined,
    poll: PollInput | undefined,
  ): Promise<void>
}

interface ActionsOptions {
  core: Core
  threadId: string
  confirm: Confirm
  draft: Draft<PostDraft>
  memberOf: (id: string) => MemberRow | undefined
  /** The act that opens this thread, while it waits. */
  opening: Accessor<OutboxEntry | undefined>
  field: () => HTMLTextAreaElement | undefined
  setEditing: (postId: string | undefined) => void
  /** Takes the refused act that opens this thread up again, all of it. */
  reopen: (commandId: string) => void
  setHistoryOf: (post: DrawnPost) => void
  /** Where the community uses moderation. */
  moderation: Pick<PostActions, 'report' | 'takeDown'> | undefined
  t: Translate
}

/** What a reader can do in a thread. Everything becomes a command in the outbox and shows at once. */
export function createActions(options: ActionsOptions): ThreadActions {
  const { core, threadId, draft, t } = options
  const toField = (): void => {
    const field = options.field()
    field?.scrollIntoView({ block: 'center' })
    field?.focus({ preventScroll: true })
  }
  /** What must have succeeded before an act on this post can. */
  const causes = (post: DrawnPost | undefined): string[] =>
    [...new Set([options.opening()?.id, post?.making?.id])].filter((id) => id !== undefined)
  const nameOf = (post: DrawnPost): string =>
    options.memberOf(post.authorId)?.name ?? (post.authorName || t('discussions.someone'))

  return {
    ...options.moderation,
    async send(body, replyTo, answered, poll) {
      const input = { threadId, postId: core.newId(), body, replyTo, ...(poll ? { poll } : {}) }
      await core.commands.send('discussions.post', input, {
        after: [...causes(answered), ...picturesBefore(core, body)],
      })
      void core.behaviour.seen(`thread:${threadId}`, 3)
    },
    reply(post) {
      draft.set({ replyTo: post.id })
      toField()
    },
    quote(post, text) {
      const label =
        post.number > 0
          ? t('discussions.quote_from', { name: nameOf(post), number: post.number })
          : nameOf(post)
      const before = draft.value().text.trimEnd()
      const quoted = quoteOf(post, threadId, label, text)
      draft.set({ text: before === '' ? quoted : `${before}\n\n${quoted}`, replyTo: post.id })
      toField()
    },
    edit(post) {
      // A thread that was refused may have been refused for its title or its tags.
      const opening = options.opening()
      if (opening?.state === 'refused' && post.making?.id === opening.id) options.reopen(opening.id)
      else options.setEditing(post.id)
    },
    stopEditing() {
      options.setEditing(undefined)
    },
    async save(post, body) {
      const refused = [post.making, post.changing].find(
        (entry) => entry?.state === 'refused' && 'body' in entry.input,
      )
      if (refused) await core.commands.resend(refused.id, { ...refused.input, body })
      else if (body !== post.body) {
        await core.commands.send(
          'discussions.edit_post',
          { threadId, postId: post.id, body },
          { after: [...causes(post), ...picturesBefore(core, body)] },
        )
      }
      options.setEditing(undefined)
    },
    async remove(post) {
      const sure = await options.confirm.ask({
        title: t('discussions.delete_title'),
        text: t('discussions.delete_text'),
        confirm: t('discussions.delete_confirm'),
        cancel: t('discussions.cancel'),
        danger: true,
      })
      if (sure) await core.commands.send('discussions.delete_post', { threadId, postId: post.id })
    },
    discard(post) {
      if (post.making) void core.commands.discard(post.making.id)
    },
    react(post, reaction, on) {
      void core.commands.send('discussions.react', { threadId, postId: post.id, reaction, on })
      if (on) void core.behaviour.seen(`thread:${threadId}`, 1)
    },
    accept(post, on) {
      void core.commands.send('discussions.accept', { threadId, postId: on ? post.id : null })
    },
    history(post) {
      options.setHistoryOf(post)
    },
    copyLink(post) {
      void navigator.clipboard.writeText(`${location.origin}/discuss/${threadId}#p${post.number}`)
    },
  }
}
