/** Who runs an event besides the organisers of the community: they see who comes, and check people in. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { CloseIcon } from '#client/ui/icons.tsx'
import { Avatar, Button, Form, IconButton, List, ListRow, Section, TextInput } from '#client/ui/index.ts'
import type { EventRow } from '#shared/features/events.ts'
import { useActs } from './find.ts'
import styles from './making.module.css'

export function StaffList(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const staff = core.feed.rows('event_staff', () => ({ by: 'eventId', equals: props.event.id }))
  const members = core.feed.rows('members')
  const [typed, setTyped] = createSignal('')
  const [unknown, setUnknown] = createSignal(false)
  const acts = useActs(() => props.event.id, 'set_staff')
  const found = createMemo(() => {
    const handle = typed().trim().replace(/^@/, '').toLowerCase()
    return (members() ?? []).find(
      ({ data }) => data.handle.toLowerCase() === handle || data.name.toLowerCase() === handle,
    )
  })
  const set = (memberId: string, on: boolean): void =>
    void core.commands.send('events.set_staff', { eventId: props.event.id, memberId, on })
  function add(): void {
    const member = found()
    setUnknown(!member)
    if (!member) return
    set(member.id, true)
    setTyped('')
  }
  return (
    <Section title={t('events.staff')} hint={t('events.staff_hint')}>
      <Show when={(staff() ?? []).length > 0}>
        <List>
          <For each={staff()}>
            {(row) => (
              <ListRow
                start={<Avatar name={row.data.name} id={row.data.memberId} />}
                title={row.data.name}
                end={
                  <IconButton
                    small
                    icon={CloseIcon}
                    label={t('events.staff_remove', { name: row.data.name })}
                    onClick={() => set(row.data.memberId, false)}
                  />
                }
              />
            )}
          </For>
        </List>
      </Show>
      <Form onSubmit={add} class={styles.line}>
        <TextInput
          label={t('events.staff_add')}
          autocomplete="off"
          autocapitalize="none"
          value={typed()}
          error={unknown() ? t('events.staff_unknown') : undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setUnknown(false)
          }}
        />
        <Button type="submit">{t('events.add')}</Button>
      </Form>
      <Undecided entry={acts().at(-1)} />
    </Section>
  )
}
