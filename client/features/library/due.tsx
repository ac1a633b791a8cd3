/** On Home: what one wanted to be reminded of, when it is due. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useSaved } from '#client/parts/saved.ts'
import { List, Section } from '#client/ui/index.ts'
import { readingList } from '#shared/features/library.ts'
import { useDue } from './due-items.ts'
import { useItems } from './items.ts'
import { SavedRow } from './saved-row.tsx'

const most = 4

export function DuePanel(): JSX.Element {
  const core = useCore()
  // Home is where devices meet: the list is looked at, so that what another device put there is known here.
  const list = useSaved()
  const due = useDue()
  const isDue = createMemo(() => {
    const entries = list.entries()
    if (!entries) return false
    return due().length > 0 || readingList(entries, Date.now() + core.session.clockOffset()).due.length > 0
  })
  return <Show when={isDue()}>{(_) => <Due due={due()} />}</Show>
}

function Due(props: { due: readonly string[] }): JSX.Element {
  const { t } = useI18n()
  const list = useSaved()
  const items = useItems()
  return (
    <Show when={items()}>
      {(known) => (
        <Section
          title={t('library.due')}
          action={<a href="/me/library">{t('library.due_open')}</a>}
          id="reminders"
        >
          <List label={t('library.due')}>
            <For each={props.due.slice(0, most)}>
              {(name) => <SavedRow due name={name} items={known()} list={list} />}
            </For>
          </List>
        </Section>
      )}
    </Show>
  )
}
