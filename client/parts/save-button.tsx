/** "Read later", on a page and in a list, and what can be done with what is on the list. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { type Shortcut, useShortcuts } from '#client/core/shortcuts.ts'
import { BellIcon, BookmarkedIcon, BookmarkIcon, CheckIcon, MoreIcon, TrashIcon } from '#client/ui/icons.tsx'
import {
  Above,
  Button,
  Dialog,
  Form,
  FormActions,
  IconButton,
  Menu,
  type MenuItem,
  Row,
  TextInput,
} from '#client/ui/index.ts'
import { localTime } from './local-time.ts'
import styles from './save-button.module.css'
import { type SavedList, useSaved } from './saved.ts'

export interface SaveButtonProps {
  /** `article:<id>` … */
  item: string
  title: string
}

/** On the page of what it is about. */
export function SaveButton(props: SaveButtonProps): JSX.Element {
  const { t, date } = useI18n()
  const list = useSaved()
  const saved = () => list.entries()?.get(props.item)
  useShortcuts((): Shortcut[] => {
    if (!list.mine() || !list.entries()) return []
    const word = saved() ? 'library.take_off' : 'library.save'
    return [{ keys: 'b', word, group: 'page', run: () => list.save(props.item, !saved()) }]
  })
  return (
    <Show when={list.mine() && list.entries()}>
      <Row gap="snug">
        <Button
          small
          variant={saved() ? 'soft' : 'quiet'}
          aria-pressed={saved() !== undefined}
          data-saved={saved() !== undefined}
          onClick={() => list.save(props.item, !saved())}
        >
          <Show when={saved()} fallback={<BookmarkIcon />}>
            <BookmarkedIcon />
          </Show>
          {t(saved() ? 'library.saved' : 'library.save')}
        </Button>
        <Show when={saved()}>
          {(entry) => (
            <>
              <SavedMenu item={props.item} title={props.title} list={list} />
              <Show when={entry().readAt === null && entry().remindAt}>
                {(at) => (
                  <span class={styles.when}>{t('library.remind_at', { date: date(at(), 'full') })}</span>
                )}
              </Show>
            </>
          )}
        </Show>
      </Row>
    </Show>
  )
}

/** In a list, on or off. */
export function SaveToggle(props: SaveButtonProps): JSX.Element {
  const { t } = useI18n()
  const list = useSaved()
  const isSaved = (): boolean => list.entries()?.has(props.item) ?? false
  return (
    <Show when={list.mine()}>
      <Above>
        <IconButton
          small
          variant="quiet"
          icon={isSaved() ? BookmarkedIcon : BookmarkIcon}
          class={isSaved() ? styles.on : styles.off}
          pressed={isSaved()}
          label={t(isSaved() ? 'library.unsave_named' : 'library.save_named', { title: props.title })}
          onClick={() => list.save(props.item, !isSaved())}
        />
      </Above>
    </Show>
  )
}

export function SavedMenu(props: SaveButtonProps & { list: SavedList }): JSX.Element {
  const { t } = useI18n()
  const [asking, setAsking] = createSignal(false)
  const entry = () => props.list.entries()?.get(props.item)
  const items = (): MenuItem[] => {
    const isRead = entry() !== undefined && entry()!.readAt !== null
    return [
      {
        label: t(isRead ? 'library.mark_unread' : 'library.mark_read'),
        icon: CheckIcon,
        onSelect: () => props.list.markRead(props.item, !isRead),
      },
      {
        label: t('library.remind_tomorrow'),
        icon: BellIcon,
        onSelect: () => props.list.remind(props.item, 'tomorrow'),
      },
      {
        label: t('library.remind_week'),
        icon: BellIcon,
        onSelect: () => props.list.remind(props.item, 'week'),
      },
      { label: t('library.remind_date'), icon: BellIcon, onSelect: () => setAsking(true) },
      ...(entry()?.remindAt
        ? [
            {
              label: t('library.remind_off'),
              icon: BellIcon,
              onSelect: () => props.list.remind(props.item, null),
            },
          ]
        : []),
      { label: t('library.take_off'), icon: TrashIcon, onSelect: () => props.list.save(props.item, false) },
    ]
  }
  return (
    <>
      <Menu
        label={t('library.actions', { title: props.title })}
        icon={MoreIcon}
        variant="quiet"
        small
        items={items()}
      />
      <Dialog
        open={asking()}
        onClose={() => setAsking(false)}
        title={t('library.remind_title')}
        closeLabel={t('library.close')}
      >
        <AskTime
          onChoose={(at) => {
            props.list.remind(props.item, at)
            setAsking(false)
          }}
          onCancel={() => setAsking(false)}
        />
      </Dialog>
    </>
  )
}

function AskTime(props: { onChoose: (at: number) => void; onCancel: () => void }): JSX.Element {
  const { t } = useI18n()
  const [value, setValue] = createSignal(localTime(new Date(Date.now() + 86_400_000).setMinutes(0)))
  const [error, setError] = createSignal<string>()
  const submit = (): void => {
    const at = new Date(value()).getTime()
    if (Number.isFinite(at) && at > Date.now()) props.onChoose(at)
    else setError(t('library.remind_past'))
  }
  return (
    <Form onSubmit={submit}>
      <TextInput
        type="datetime-local"
        label={t('library.remind_when')}
        value={value()}
        error={error()}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <FormActions>
        <Button onClick={() => props.onCancel()}>{t('library.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('library.remind_set')}
        </Button>
      </FormActions>
    </Form>
  )
}
