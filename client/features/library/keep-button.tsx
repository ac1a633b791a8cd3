/** On the page of a course: all of it stays on this device, whatever else has to go. */
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { DeviceIcon } from '#client/ui/icons.tsx'
import { Button } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { useChoices } from './choices.ts'

export function KeepButton(props: {
  item: string
  /** Where its texts lie: what was dropped of them is wanted again. */
  rooms: readonly string[]
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const choices = useChoices()
  const isKept = (): boolean => Object.hasOwn(choices.now().pinned, props.item)
  const toggle = (): void => {
    if (!isKept()) choices.allow(props.rooms)
    choices.pin(props.item, !isKept())
  }
  return (
    <Show when={isMember(core.session.viewer())}>
      <Button wide variant={isKept() ? 'soft' : 'secondary'} aria-pressed={isKept()} onClick={toggle}>
        <DeviceIcon />
        {t(isKept() ? 'library.kept_offline' : 'library.keep_offline')}
      </Button>
    </Show>
  )
}
