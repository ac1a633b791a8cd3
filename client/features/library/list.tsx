/** The reading list: what is due, what is to read, and what was. */
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useOwnScope } from '#client/parts/own-scope.ts'
import { useSaved } from '#client/parts/saved.ts'
import { BookmarkIcon } from '#client/ui/icons.tsx'
import {
  Button,
  EmptyState,
  LinkButton,
  List,
  Muted,
  Row,
  Section,
  Skeleton,
  Stack,
} from '#client/ui/index.ts'
import { readingList } from '#shared/features/library.ts'
import { useDue } from './due-items.ts'
import { useItems } from './items.ts'
import { SavedRow } from './saved-row.tsx'
import { LibraryPage } from './tabs.tsx'

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const list = useSaved()
  const items = useItems()
  const due = useDue()
  const lists = createMemo(() => {
    const entries = list.entries()
    // Drawn again when the next reminder is due.
    due()
    return entries && readingList(entries, Date.now() + core.session.clockOffset())
  })
  const part = (title: 'due' | 'to_read' | 'read', names: readonly string[]): JSX.Element => (
    <Show when={names.length > 0}>
      <Section title={t(`library.${title}`)}>
        <List label={t(`library.${title}`)}>
          <For each={names}>
            {(name) => <SavedRow due={title === 'due'} name={name} items={items()} list={list} />}
          </For>
        </List>
      </Section>
    </Show>
  )
  return (
    <LibraryPage tab="list">
      <Show when={items() && lists()} fallback={<Skeleton label={t('library.loading')} lines={6} />}>
        {(known) => (
          <Show
            when={known().due.length + known().toRead.length + known().read.length > 0}
            fallback={
              <EmptyState
                icon={BookmarkIcon}
                title={t('library.list_none')}
                actions={<LinkButton href="/read">{t('library.list_browse')}</LinkButton>}
              >
                {t('library.list_none_text')}
              </EmptyState>
            }
          >
            {part('due', known().due)}
            {part('to_read', known().toRead)}
            {part('read', known().read)}
            <Notifying />
          </Show>
        )}
      </Show>
    </LibraryPage>
  )
}

/** Who says so when something is due, and whether this device does. */
function Notifying(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const { scope } = useOwnScope()
  const isTold = (): boolean => scope() !== 'nothing' && core.uses('notifications')
  const isThere = 'Notification' in window
  const [permission, setPermission] = createSignal(isThere ? Notification.permission : 'denied')
  const ask = async (): Promise<void> => {
    setPermission(await Notification.requestPermission())
  }
  return (
    <Stack gap="tight">
      <Show when={scope()}>
        <Muted>
          {t(isTold() ? 'library.notify_shared' : 'library.notify_here')}{' '}
          <Show when={isTold()}>
            <a href="/me/notices">{t('library.notify_choose')}</a>
          </Show>
        </Muted>
      </Show>
      <Row>
        <Switch>
          <Match when={permission() === 'granted'}>
            <Muted>{t('library.notify_is_on')}</Muted>
          </Match>
          <Match when={permission() === 'denied'}>
            <Muted>{t('library.notify_denied')}</Muted>
          </Match>
          <Match when={true}>
            <Muted>{t('library.notify')}</Muted>
            <Button small onClick={() => void ask()}>
              {t('library.notify_on')}
            </Button>
          </Match>
        </Switch>
      </Row>
    </Stack>
  )
}
