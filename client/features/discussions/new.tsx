import { useNavigate } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { useAddress } from '#client/core/address.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { needsDecision, Undecided } from '#client/parts/act.tsx'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import { Page, Skeleton, Stack } from '#client/ui/index.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { createDraft } from './draft.ts'
import { OpeningForm } from './opening.tsx'
import { emptyOpening } from './opening-draft.ts'
import { SubjectLine } from './subject.tsx'

/** `?subject=article:<id>&kind=question`; `?again=<command>` takes up one that was refused, `?draft=<name>` one that was begun elsewhere. */
export function NewThreadPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const [query] = useAddress<{ subject?: string; kind?: string; again?: string; draft?: string }>()
  useTitle(() => t('discussions.new_title'))

  const refused = core.commands.entry(() => query.again)
  const input = createMemo(
    () =>
      (needsDecision(refused()) ? refused()?.input : undefined) as
        | CommandInput<'discussions.open_thread'>
        | undefined,
  )
  const subject = createMemo(() => {
    const given = input()?.subject
    return given ? `${given.kind}:${given.id}` : (query.subject ?? '')
  })
  const draft = createDraft(`new:${query.again ?? query.draft ?? query.subject ?? ''}`, {
    ...emptyOpening,
    kind: query.kind === 'question' ? ('question' as const) : ('talk' as const),
  })
  // Nobody types into the form before what is to be taken up stands in it, or the one would hide the other.
  const [settled, setSettled] = createSignal(query.again === undefined)
  createEffect(() => {
    const given = input()
    if (!given || !draft.ready()) return
    if (draft.value().title === '' && draft.value().body === '') {
      const { title, kind, tags, body } = given
      const poll = given.poll ? { ...given.poll, closes: '' } : null
      draft.set({ title, kind, tags: tags.join(', '), body, poll })
    }
    setSettled(true)
  })
  // The act may have been discarded in another tab: then the form is an empty one.
  const patience = setTimeout(() => setSettled(true), 2_000)
  onCleanup(() => clearTimeout(patience))
  const open = async (made: CommandInput<'discussions.open_thread'>): Promise<void> => {
    const again = query.again
    if (input() && again) await core.commands.resend(again, made)
    else await core.commands.send('discussions.open_thread', made, { after: picturesBefore(core, made.body) })
    navigate(`/discuss/${made.threadId}`, { replace: true })
  }
  return (
    <Page
      width="text"
      title={t('discussions.new_title')}
      back={{ href: '/discuss', label: t('discussions.back') }}
      lead={<SubjectLine subject={subject()} />}
    >
      <Stack>
        <Show when={input()}>
          <Undecided entry={refused()} />
        </Show>
        <Show
          when={draft.ready() && settled()}
          fallback={<Skeleton label={t('discussions.loading_form')} lines={6} />}
        >
          <OpeningForm draft={draft} subject={subject()} again={input()} onSubmit={open} />
        </Show>
      </Stack>
    </Page>
  )
}
