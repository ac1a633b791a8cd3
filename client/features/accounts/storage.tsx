import { createSignal, type JSX, onMount, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Muted, Row, Section, Stat } from '#client/ui/index.ts'
import styles from './accounts.module.css'

interface Stored {
  /** Bytes, everything of this site; `undefined` where the browser does not say. */
  usage: number | undefined
  persisted: boolean
}

async function look(): Promise<Stored> {
  // Absent outside secure contexts (plain http on another machine).
  const storage: StorageManager | undefined = navigator.storage
  return {
    usage: (await storage?.estimate?.())?.usage,
    persisted: (await storage?.persisted?.()) ?? false,
  }
}

/** For members, who have a page of what lies here: what has not left this device yet, and the way there. */
export function OnThisDevice(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const open = (): number => core.connection().waiting + core.connection().refused
  return (
    <Section title={t('accounts.storage')} hint={t('accounts.storage_hint')} id="data">
      <Row between>
        <a href="/me/library/device">{t('accounts.storage_library')}</a>
        <a href="/me/waiting">
          {open() === 0 ? t('accounts.waiting_none') : t('accounts.storage_open', { count: open() })}
        </a>
      </Row>
    </Section>
  )
}

/** What lies on a guest's device, and how safe it is there. */
export function StorageSection(): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const [stored, setStored] = createSignal<Stored>()
  const refresh = async (): Promise<void> => {
    setStored(await look())
  }
  onMount(() => void refresh())

  async function keep(): Promise<void> {
    await navigator.storage?.persist?.()
    await refresh()
  }

  return (
    <Section title={t('accounts.storage')} hint={t('accounts.storage_hint')} id="data">
      <div class={styles.figures}>
        <Stat
          label={t('accounts.storage_size')}
          value={megabytes(stored()?.usage ?? core.library.bytes(), number)}
        />
        <Stat label={t('accounts.storage_rooms')} value={number(core.library.kept().size)} />
        <Stat
          label={t('accounts.storage_waiting')}
          value={number(core.connection().waiting)}
          note={
            <Show when={core.connection().waiting + core.connection().refused > 0}>
              <a href="/me/waiting">{t('accounts.waiting')}</a>
            </Show>
          }
        />
      </div>
      <Row>
        <Muted>{stored()?.persisted ? t('accounts.storage_kept') : t('accounts.storage_not_kept')}</Muted>
        <Show when={stored()?.persisted === false}>
          <Button small onClick={() => void keep()}>
            {t('accounts.storage_keep')}
          </Button>
        </Show>
      </Row>
    </Section>
  )
}

function megabytes(bytes: number, number: (n: number) => string): string {
  const size = bytes / 1_000_000
  return `${number(size < 10 ? Math.round(size * 10) / 10 : Math.round(size))} MB`
}
