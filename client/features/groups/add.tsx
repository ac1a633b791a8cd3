import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { Button, Form, FormActions, Section, TextArea } from '#client/ui/index.ts'
import { mostAdded, namesIn } from '#shared/features/groups.ts'

/** A list is pasted and sent; one that the server refuses comes back into the field. */
export function AddMembers(props: { groupId: string; byEmail: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [text, setText] = createSignal('')
  const adding = createMemo(() => core.commands.entries().filter((entry) => entry.name === 'groups.add'))
  const act = (): OutboxEntry | undefined => {
    const group = props.groupId
    return adding().findLast((entry) => entry.input.groupId === group)
  }

  async function add(): Promise<void> {
    const who = namesIn(text())
    for (let from = 0; from < who.length; from += mostAdded)
      await core.commands.send('groups.add', {
        groupId: props.groupId,
        who: who.slice(from, from + mostAdded),
      })
    setText('')
  }
  async function edit(): Promise<void> {
    const refused = act()
    if (!refused) return
    setText((refused.input.who as string[]).join('\n'))
    await core.commands.discard(refused.id)
  }

  return (
    <Section title={t('groups.add')}>
      <Undecided entry={act()} onEdit={() => void edit()} />
      <Form onSubmit={() => void add()}>
        <TextArea
          label={t('groups.add_who')}
          hint={t(props.byEmail ? 'groups.add_hint' : 'groups.add_hint_lead')}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <FormActions>
          <Button type="submit">{t('groups.add_submit')}</Button>
          <Show when={act()?.state !== 'refused'}>
            <ActWord entry={act()} />
          </Show>
        </FormActions>
      </Form>
    </Section>
  )
}
