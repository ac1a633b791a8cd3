import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, StateWord, type WorkState } from '#client/ui/index.ts'
import type { CommandName } from '#shared/features/index.ts'

/** How the newest command of this name stands, and why when it was refused; nothing once it has landed. */
export function ActWord(props: { name: CommandName }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const newest = createMemo(() => {
    const name = props.name
    return core.commands.entries().findLast((entry) => entry.name === name)
  })
  return (
    <Show when={newest()}>
      {(entry) => {
        const state = (): WorkState => {
          const own = entry().state
          return own === 'parked' ? 'refused' : own
        }
        return (
          <>
            <StateWord state={state()} word={t(`core.state_${state()}`)} />
            <Show when={entry().refusal}>{(why) => <Muted>{refusal(why())}</Muted>}</Show>
          </>
        )
      }}
    </Show>
  )
}
