import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'
import { Muted } from '#client/ui/index.ts'
import type { CommandName } from '#shared/features/index.ts'

/** How the newest command of this name stands, and why when it was refused; nothing once it has landed. */
export function NewestAct(props: { name: CommandName }): JSX.Element {
  const core = useCore()
  const { refusal } = useI18n()
  const newest = createMemo(() => {
    const name = props.name
    return core.commands.entries().findLast((entry) => entry.name === name)
  })
  return (
    <>
      <ActWord entry={newest()} />
      <Show when={newest()?.refusal}>{(why) => <Muted>{refusal(why())}</Muted>}</Show>
    </>
  )
}
