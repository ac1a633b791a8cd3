/** What this device keeps and why, how much that is, what goes first, and what was sent away. */
import { createMemo, createSignal, For, type JSX, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { megabyte, type Reason, reasons, reasonsKey, usualMediaBytes } from '#client/core/holdings-plan.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { PinIcon, TrashIcon } from '#client/ui/icons.tsx'
import {
  Above,
  Button,
  Checkbox,
  Field,
  IconButton,
  List,
  ListRow,
  Muted,
  Row,
  Section,
  Skeleton,
  Stack,
  Stat,
} from '#client/ui/index.ts'
import { type Choices, useChoices } from './choices.ts'
import { type Held, heldOf, itemOfRoom } from './held.ts'
import { ItemIcon } from './item-icon.tsx'
import { type Item, kindOf, useItems } from './items.ts'
import styles from './library.module.css'
import { LibraryPage } from './tabs.tsx'

const range = { min: 10, max: 500, step: 10 }
const mediaRange = { min: 100, max: 10_000, step: 100 }

export function DevicePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const items = useItems()
  const choices = useChoices()
  const why = core.local.live<Record<string, Reason>>(reasonsKey)
  const held = createMemo(() => {
    const docs = core.library.docs()
    return docs && heldOf(docs, why() ?? {}, choices.now().dropped)
  })
  const [stored, setStored] = createSignal<Stored>()
  const look = async (): Promise<void> => {
    // Absent outside secure contexts (plain http on another machine).
    const storage: StorageManager | undefined = navigator.storage
    const estimate = await storage?.estimate?.()
    setStored({
      usage: estimate?.usage,
      quota: estimate?.quota,
      persisted: await storage?.persisted?.(),
    })
  }
  onMount(() => void look())
  const total = createMemo(() => held()?.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0)
  return (
    <LibraryPage tab="device">
      <Show when={items() && held()} fallback={<Skeleton label={t('library.loading')} lines={8} />}>
        {(all) => (
          <>
            <Figures total={total()} count={all().length} stored={stored()} />
            <Section title={t('library.kept')} hint={t('library.kept_hint')}>
              <Stack gap="snug">
                <For each={reasons}>
                  {(reason) => (
                    <Group
                      reason={reason}
                      held={all().filter((each) => each.why === reason)}
                      items={items()!}
                      choices={choices}
                    />
                  )}
                </For>
              </Stack>
            </Section>
            <Panel name="media.kept" />
            <Dropped items={items()!} choices={choices} />
            <Room stored={stored()} choices={choices} onAsked={look} />
          </>
        )}
      </Show>
    </LibraryPage>
  )
}

interface Stored {
  usage: number | undefined
  quota: number | undefined
  /** `undefined` where the browser does not say. */
  persisted: boolean | undefined
}

/** How much there is of what. */
function Figures(props: { total: number; count: number; stored: Stored | undefined }): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const downloads = (): number => core.downloads.all()?.reduce((sum, each) => sum + each.here, 0) ?? 0
  return (
    <div class={styles.figures}>
      <Stat
        label={t('library.texts')}
        value={sizeWord(props.total, number)}
        note={t('library.texts_count', { count: props.count })}
      />
      <Show when={downloads() > 0}>
        <Stat label={t('media.kept_title')} value={sizeWord(downloads(), number)} />
      </Show>
      <Stat
        label={t('library.site')}
        value={props.stored?.usage === undefined ? '–' : sizeWord(props.stored.usage, number)}
        note={
          <Show when={props.stored?.quota}>
            {(quota) => t('library.quota', { size: sizeWord(quota(), number) })}
          </Show>
        }
      />
    </div>
  )
}

/** How much there may be, what goes first, and whether the browser leaves it alone. */
function Room(props: {
  stored: Stored | undefined
  choices: Choices
  onAsked: () => Promise<void>
}): JSX.Element {
  const { t } = useI18n()
  const [asked, setAsked] = createSignal(false)
  const [sliding, setSliding] = createSignal<number>()
  const limit = (): number => sliding() ?? Math.round(props.choices.now().bytes / megabyte)
  const [mediaSliding, setMediaSliding] = createSignal<number>()
  const mediaLimit = (): number =>
    mediaSliding() ?? Math.round((props.choices.now().mediaBytes ?? usualMediaBytes) / megabyte)
  const ask = async (): Promise<void> => {
    await navigator.storage?.persist?.()
    setAsked(true)
    await props.onAsked()
  }
  return (
    <Section title={t('library.room')}>
      <Field label={t('library.budget', { size: limit() })} hint={t('library.budget_hint')}>
        {(wiring) => (
          <input
            {...wiring}
            class={styles.slider}
            type="range"
            min={range.min}
            max={range.max}
            step={range.step}
            value={limit()}
            onInput={(event) => setSliding(event.currentTarget.valueAsNumber)}
            onChange={(event) => {
              props.choices.set({ bytes: event.currentTarget.valueAsNumber * megabyte })
              setSliding(undefined)
            }}
          />
        )}
      </Field>
      <Field label={t('media.budget', { size: mediaLimit() })}>
        {(wiring) => (
          <input
            {...wiring}
            class={styles.slider}
            type="range"
            min={mediaRange.min}
            max={mediaRange.max}
            step={mediaRange.step}
            value={mediaLimit()}
            onInput={(event) => setMediaSliding(event.currentTarget.valueAsNumber)}
            onChange={(event) => {
              props.choices.set({ mediaBytes: event.currentTarget.valueAsNumber * megabyte })
              setMediaSliding(undefined)
            }}
          />
        )}
      </Field>
      <details class={styles.order}>
        <summary>{t('library.order')}</summary>
        <ol>
          <For each={[...reasons].reverse().filter((reason) => reason !== 'pinned')}>
            {(reason) => <li>{t(`library.why_${reason}`)}</li>}
          </For>
        </ol>
        <p>{t('library.order_never')}</p>
      </details>
      <Checkbox
        label={t('library.ahead')}
        hint={t('library.ahead_hint')}
        checked={props.choices.now().ahead}
        onChange={(ahead) => props.choices.set({ ahead })}
      />
      <Show when={props.stored?.persisted !== undefined}>
        <Row>
          <Muted>
            {t(
              props.stored!.persisted
                ? 'library.persisted'
                : asked()
                  ? 'library.persist_refused'
                  : 'library.not_persisted',
            )}
          </Muted>
          <Show when={!props.stored!.persisted && !asked()}>
            <Button small onClick={() => void ask()}>
              {t('library.persist')}
            </Button>
          </Show>
        </Row>
      </Show>
    </Section>
  )
}

/** What is kept for one reason, folded until somebody wants to see it. */
function Group(props: {
  reason: Reason
  held: readonly Held[]
  items: ReadonlyMap<string, Item>
  choices: Choices
}): JSX.Element {
  const { t, number } = useI18n()
  const [open, setOpen] = createSignal(false)
  const bytes = (): number => props.held.reduce((sum, each) => sum + each.bytes, 0)
  return (
    <Show when={props.held.length > 0}>
      <details
        class={styles.group}
        data-why={props.reason}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary>
          <span class={styles.groupName}>{t(`library.why_${props.reason}`)}</span>
          <span class={styles.groupSize}>
            {t('library.counted', { count: props.held.length, size: sizeWord(bytes(), number) })}
          </span>
        </summary>
        <Show when={open()}>
          <List label={t(`library.why_${props.reason}`)}>
            <For each={props.held}>
              {(each) => <HeldRow held={each} items={props.items} choices={props.choices} />}
            </For>
          </List>
        </Show>
      </details>
    </Show>
  )
}

function HeldRow(props: { held: Held; items: ReadonlyMap<string, Item>; choices: Choices }): JSX.Element {
  const { t, number } = useI18n()
  const item = (): Item | undefined => (props.held.item ? props.items.get(props.held.item) : undefined)
  const title = (): string => item()?.title ?? t(ownWord(props.held.room))
  const isPinned = (): boolean =>
    props.held.item !== undefined && Object.hasOwn(props.choices.now().pinned, props.held.item)
  return (
    <ListRow
      {...(item() ? { href: item()!.href } : {})}
      title={<span lang={item()?.lang || undefined}>{title()}</span>}
      start={<ItemIcon kind={kindOf(props.held.item ?? '')} />}
      meta={
        <>
          <span>{sizeWord(props.held.bytes, number)}</span>
          <Show when={item()?.by}>
            <span>{item()?.by}</span>
          </Show>
        </>
      }
      end={
        <Show when={props.held.item}>
          {(name) => (
            <Above>
              <div class={styles.acts}>
                <IconButton
                  small
                  variant="quiet"
                  icon={PinIcon}
                  pressed={isPinned()}
                  class={isPinned() ? styles.on : undefined}
                  label={t(isPinned() ? 'library.unpin_named' : 'library.pin_named', { title: title() })}
                  onClick={() => props.choices.pin(name(), !isPinned())}
                />
                <IconButton
                  small
                  variant="quiet"
                  icon={TrashIcon}
                  label={t('library.drop_named', { title: title() })}
                  onClick={() => props.choices.drop([props.held.room], [name()])}
                />
              </div>
            </Above>
          )}
        </Show>
      }
    />
  )
}

function ownWord(
  room: string,
): 'library.own_draft' | 'library.own_plan' | 'library.own_private' | 'library.gone' {
  if (room.startsWith('draft/')) return 'library.own_draft'
  if (room.startsWith('plan/')) return 'library.own_plan'
  return room.startsWith('me/') ? 'library.own_private' : 'library.gone'
}

function Dropped(props: { items: ReadonlyMap<string, Item>; choices: Choices }): JSX.Element {
  const { t } = useI18n()
  const rooms = createMemo(() =>
    Object.entries(props.choices.now().dropped)
      .sort(([, a], [, b]) => b - a)
      .map(([room]) => room),
  )
  const titleOf = (room: string): string =>
    props.items.get(itemOfRoom(room) ?? '')?.title ?? t('library.gone')
  return (
    <Show when={rooms().length > 0}>
      <Section title={t('library.dropped')} hint={t('library.dropped_hint')} id="dropped">
        <List label={t('library.dropped')}>
          <For each={rooms()}>
            {(room) => (
              <ListRow
                title={titleOf(room)}
                start={<ItemIcon kind={kindOf(itemOfRoom(room) ?? '')} />}
                end={
                  <Button small variant="quiet" onClick={() => props.choices.allow([room])}>
                    {t('library.allow')}
                  </Button>
                }
              />
            )}
          </For>
        </List>
      </Section>
    </Show>
  )
}

function sizeWord(bytes: number, number: (n: number) => string): string {
  if (bytes >= 1_000_000_000) return `${number(Math.round(bytes / 100_000_000) / 10)} GB`
  if (bytes < 1_000_000) return `${number(Math.max(1, Math.round(bytes / 1000)))} kB`
  const size = bytes / 1_000_000
  return `${number(size < 10 ? Math.round(size * 10) / 10 : Math.round(size))} MB`
}
