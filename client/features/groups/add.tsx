import { createMemo, createSignal, type JSX } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { Button, Dialog, Form, FormActions, TextArea } from '#client/ui/index.ts'
import { mostAdded, namesIn } from '#shared/features/groups.ts'

/** A list is pasted into a dialog and sent; one that the server refuses can be mended there. */
export function AddMembers(props: {
  groupId: string
  byEmail: boolean
  /** Whether the dialog is open. */
  adding: boolean
  onAdding(adding: boolean): void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [text, setText] = createSignal('')
  const sent = createMemo(() => core.commands.entries().filter((entry) => entry.name === 'groups.add'))
  const act = (): OutboxEntry | undefined => {
    const group = props.groupId
    return sent().findLast((entry) => entry.input.groupId === group)
  }

  async function add(): Promise<void> {
    const who = namesIn(text())
    for (let from = 0; from < who.length; from += mostAdded) {
      const some = who.slice(from, from + mostAdded)
      await core.commands.send('groups.add', { groupId: props.groupId, who: some })
    }
    setText('')
    props.onAdding(false)
  }
  async function edit(): Promise<void> {
    const refused = act()
    if (!refused) return
    setText((refused.input.who as string[]).join('\n'))
    await core.commands.discard(refused.id)
    props.onAdding(true)
  }

  return (
    <>
      <Undecided entry={act()} onEdit={() => void edit()} />
      <Dialog
        open={props.adding}
        onClose={() => props.onAdding(false)}
        title={t('groups.add')}
        closeLabel={t('groups.cancel')}
      >
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
            <Button type="submit" variant="primary">
              {t('groups.add_submit')}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
    </>
  )
}
