/** The list of recovery copies: where each belongs, whose device had it, its text, and what can be done with it. */
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import { Button, createConfirm, EmptyState, List, Muted, Row, Skeleton, Time } from '#client/ui/index.ts'
import type { RecoveryRow } from '#shared/features/recovery.ts'
import { usePlace } from './place.ts'
import styles from './recovery.module.css'

export function Copies(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const copies = core.feed.rows('recoveries', () => ({ by: 'at', reverse: true }))
  return (
    <Show when={copies()} fallback={<Skeleton label={t('app.loading')} />}>
      {(list) => (
        <Show
          when={list().length > 0}
          fallback={
            <EmptyState icon={CheckCircleIcon} title={t('recovery.none')}>
              {t('recovery.none_text')}
            </EmptyState>
          }
        >
          <List label={t('recovery.title')}>
            <For each={list()}>{(copy) => <Copy copy={copy} />}</For>
          </List>
        </Show>
      )}
    </Show>
  )
}

type Found = { text: string } | 'absent' | 'gone'

function Copy(props: { copy: Stored<RecoveryRow> }): JSX.Element {
  const core = useCore()
  const { t, lang, number } = useI18n()
  const confirm = createConfirm()
  const row = (): RecoveryRow => props.copy.data
  const place = usePlace(() => row().room)
  const [open, setOpen] = createSignal(false)
  const [copied, setCopied] = createSignal(false)
  const [found, setFound] = createSignal<Found>()
  const text = createMemo(() => {
    const now = found()
    return typeof now === 'object' ? now.text : undefined
  })

  async function fetch(): Promise<string | undefined> {
    if (text() !== undefined) return text()
    setFound(undefined)
    const answer = await core.queries.ask('recovery.copy', { id: props.copy.id })
    setFound(answer.ok ? (answer.value ?? 'gone') : 'absent')
    return text()
  }

  async function copyText(): Promise<void> {
    const whole = await fetch()
    if (whole === undefined) return void setOpen(true)
    await navigator.clipboard.writeText(whole)
    setCopied(true)
  }

  async function download(): Promise<void> {
    const whole = await fetch()
    if (whole === undefined) return void setOpen(true)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([whole], { type: 'text/markdown;charset=utf-8' }))
    link.download = `${row().room.replaceAll('/', '-')}.md`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  }

  async function discard(): Promise<void> {
    const sure = await confirm.ask({
      title: t('recovery.discard_title'),
      text: t('recovery.discard_text'),
      confirm: t('recovery.discard'),
      cancel: t('recovery.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('recovery.discard', { id: props.copy.id })
  }

  const from = (): string => {
    const { memberName: name, offers } = row()
    return offers > 1 ? t('recovery.from_more', { name, count: offers - 1 }) : t('recovery.from', { name })
  }
  const toggle = (): void => {
    setOpen(!open())
    if (open() && text() === undefined) void fetch()
  }

  return (
    <li class={styles.copy}>
      <div class={styles.head}>
        <Show when={place().href} fallback={<strong>{place().name}</strong>}>
          {(href) => <a href={href()}>{place().name}</a>}
        </Show>
        <Time at={row().at} locale={lang()} />
      </div>
      <Muted>
        {from()} · {t('recovery.characters', { count: number(row().characters) })}
        <Show when={row().cut}> · {t('recovery.cut')}</Show>
      </Muted>
      <Show when={!open()}>
        <p class={styles.excerpt}>{row().excerpt}</p>
      </Show>
      <Show when={open()}>
        <Switch fallback={<Skeleton label={t('recovery.loading')} lines={4} />}>
          <Match when={text()}>
            {(whole) => (
              <section class={styles.text} tabindex="0" aria-label={place().name}>
                {whole()}
              </section>
            )}
          </Match>
          <Match when={found() === 'gone'}>
            <p>{t('recovery.gone')}</p>
          </Match>
          <Match when={found() === 'absent'}>
            <p>{t('recovery.absent')}</p>
            <Row>
              <Button small onClick={() => void fetch()}>
                {t('recovery.again')}
              </Button>
            </Row>
          </Match>
        </Switch>
      </Show>
      <Row gap="snug">
        <Button small variant="soft" onClick={toggle} aria-expanded={open()}>
          {t(open() ? 'recovery.hide' : 'recovery.show')}
        </Button>
        <Button small variant="quiet" onClick={() => void copyText()}>
          <span aria-live="polite">{t(copied() ? 'recovery.copied' : 'recovery.copy')}</span>
        </Button>
        <Button small variant="quiet" onClick={() => void download()}>
          {t('recovery.download')}
        </Button>
        <Button small variant="quiet" onClick={() => void discard()}>
          {t('recovery.discard')}
        </Button>
      </Row>
      <confirm.View />
    </li>
  )
}
