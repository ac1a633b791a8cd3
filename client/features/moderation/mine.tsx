/** `/me/decisions`: what is in review, what was decided about oneself, and what came of one's reports. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  Card,
  Dialog,
  EmptyState,
  Form,
  FormActions,
  List,
  Page,
  Row,
  Section,
  Skeleton,
  Stack,
  TextArea,
  TextInput,
  Time,
} from '#client/ui/index.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import { canAppeal, type DecisionRow, type ReportRow } from '#shared/features/moderation.ts'
import { HeldItem } from './held.tsx'
import styles from './moderation.module.css'

export function MinePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('moderation.mine'))
  const held = core.feed.rows('held_items', () => ({ by: 'at', reverse: true }))
  const decisions = core.feed.rows('decisions', () => ({ by: 'at', reverse: true }))
  const reports = core.feed.rows('reports', () => ({ by: 'at', reverse: true }))
  const count = createMemo(() => {
    const all = [held(), decisions(), reports()]
    return all.some((one) => one === undefined)
      ? undefined
      : all.reduce((sum, one) => sum + (one?.length ?? 0), 0)
  })
  return (
    <Page
      title={t('moderation.mine')}
      lead={t('moderation.mine_lead')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <Show when={count() !== undefined} fallback={<Skeleton label={t('moderation.loading')} />}>
        <Show when={count() === 0}>
          <EmptyState icon={CheckCircleIcon} title={t('moderation.mine_none')}>
            {t('moderation.mine_none_text')}
          </EmptyState>
        </Show>
        <Show when={held()?.length}>
          <Section title={t('moderation.mine_held')}>
            <Stack>
              <For each={held()}>{(item) => <HeldItem item={item} />}</For>
            </Stack>
          </Section>
        </Show>
        <Show when={decisions()?.length}>
          <Section title={t('moderation.mine_decisions')}>
            <Stack>
              <For each={decisions()}>{(row) => <Decision decision={row.data} />}</For>
            </Stack>
          </Section>
        </Show>
        <Show when={reports()?.length}>
          <Section title={t('moderation.mine_reports')}>
            <List label={t('moderation.mine_reports')}>
              <For each={reports()}>{(row) => <Report report={row} />}</For>
            </List>
          </Section>
        </Show>
      </Show>
    </Page>
  )
}

function Decision(props: { decision: DecisionRow }): JSX.Element {
  const core = useCore()
  const { t, lang, date } = useI18n()
  const [asking, setAsking] = createSignal<'appeal' | 'again'>()
  const [copied, setCopied] = createSignal(false)
  const row = (): DecisionRow => props.decision
  const now = (): number => Date.now() + core.session.clockOffset()
  const last = createMemo(() => {
    const id = props.decision.id
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'moderation.appeal' && entry.input.decisionId === id)
  })
  const state = (): string | undefined => {
    if (row().outcome) return t(`moderation.outcome_${row().outcome!}`)
    if (row().closedAt !== null) return t('moderation.closed')
    return row().appeal ? t('moderation.appeal_sent') : undefined
  }
  const goes = (): boolean => row().act === 'deleted' || row().act === 'rejected'
  const wasErased = (): boolean => row().text === '' && row().closedAt !== null && row().until === null
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText([row().title, row().text].filter(Boolean).join('\n\n'))
    setCopied(true)
  }
  const appeal = async (text: string): Promise<void> => {
    setAsking(undefined)
    if (text) await core.commands.send('moderation.appeal', { decisionId: row().id, text })
  }
  return (
    <Card
      title={row().title || t(`moderation.act_${row().act}`)}
      meta={
        <span class={styles.line}>
          <Badge tone={row().outcome === 'overturned' ? 'accent' : 'warn'}>
            {t(`moderation.act_${row().act}`)}
          </Badge>
          <Show when={state()}>{(word) => <Badge tone="info">{word()}</Badge>}</Show>
          <Time at={row().at} locale={lang()} />
          <Show when={row().until}>
            {(until) => <span>{t('moderation.until', { until: date(until()) })}</span>}
          </Show>
        </span>
      }
    >
      <div class={styles.item} data-decision={row().act}>
        <p>{t('moderation.why', { reason: t(`moderation.reason_${row().reason}`), note: row().note })}</p>
        <Show when={row().outcomeNote}>
          <p>{row().outcomeNote}</p>
        </Show>
        <Show when={row().text}>
          <p class={styles.quiet}>
            {goes() && row().closedAt === null
              ? t('moderation.your_text_kept', { date: date(row().appealUntil, 'day') })
              : t('moderation.your_text_stays')}
          </p>
          <blockquote class={styles.text} aria-label={t('moderation.your_text')}>
            {row().text}
          </blockquote>
        </Show>
        <Show when={wasErased() && row().outcome !== 'overturned'}>
          <p class={styles.quiet}>{t('moderation.erased')}</p>
        </Show>
        <Show when={row().appeal}>
          {(said) => (
            <p>
              <strong>{t('moderation.appeal')}:</strong> {said().text}
            </p>
          )}
        </Show>
        <Row gap="snug">
          <Show when={row().text}>
            <Button small variant="quiet" onClick={() => void copy()}>
              {t(copied() ? 'moderation.your_text_copied' : 'moderation.your_text_copy')}
            </Button>
          </Show>
          <Show when={row().act === 'rejected' && row().input !== null}>
            <Button small onClick={() => setAsking('again')}>
              {t('moderation.send_again')}
            </Button>
          </Show>
          <Show when={canAppeal(row(), now())}>
            <Button small onClick={() => setAsking('appeal')}>
              {t('moderation.appeal')}
            </Button>
          </Show>
          <ActWord entry={last()} />
        </Row>
        <Undecided entry={last()} />
        <Show when={canAppeal(row(), now())}>
          <p class={styles.quiet}>
            {t('moderation.appeal_until', { until: date(row().appealUntil, 'day') })}
          </p>
        </Show>
      </div>
      <Dialog
        open={asking() === 'appeal'}
        onClose={() => setAsking(undefined)}
        title={t('moderation.appeal_title')}
        closeLabel={t('moderation.cancel')}
      >
        <Form
          onSubmit={(form) => {
            const field = form.elements.namedItem('text')
            void appeal(field instanceof HTMLTextAreaElement ? field.value.trim() : '')
          }}
        >
          <p>{t('moderation.appeal_text')}</p>
          <TextArea label={t('moderation.appeal_why')} name="text" rows="4" maxlength="2000" required />
          <FormActions>
            <Button onClick={() => setAsking(undefined)}>{t('moderation.cancel')}</Button>
            <Button type="submit" variant="primary">
              {t('moderation.appeal')}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
      <SendAgain open={asking() === 'again'} decision={row()} onClose={() => setAsking(undefined)} />
    </Card>
  )
}

/** What was rejected, put right and sent as a new act. */
function SendAgain(props: { open: boolean; decision: DecisionRow; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const said = (field: string): string => String(props.decision.input?.[field] ?? '')

  async function send(form: HTMLFormElement): Promise<void> {
    const { input, command } = props.decision
    if (input === null || command === null) return
    const written = Object.fromEntries(
      [...new FormData(form)].map(([field, value]) => [field, String(value).trim()]),
    )
    // Its ids are free: what they would have named never came to be.
    const again = { ...input, ...written } as CommandInput<CommandName>
    await core.commands.send(command as CommandName, again as never)
    props.onClose()
  }

  return (
    <Dialog
      open={props.open}
      onClose={() => props.onClose()}
      title={t('moderation.send_again')}
      closeLabel={t('moderation.cancel')}
      wide
    >
      <Form onSubmit={(form) => void send(form)}>
        <Show when={said('title')}>
          <TextInput
            label={t('moderation.edited_title')}
            name="title"
            maxlength="200"
            value={said('title')}
          />
        </Show>
        <TextArea label={t('moderation.edited_body')} name="body" rows="10" required value={said('body')} />
        <FormActions>
          <Button onClick={() => props.onClose()}>{t('moderation.cancel')}</Button>
          <Button type="submit" variant="primary">
            {t('moderation.send')}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  )
}

function Report(props: { report: Stored<ReportRow> }): JSX.Element {
  const { t, lang } = useI18n()
  const row = (): ReportRow => props.report.data
  return (
    <li class={styles.entry}>
      <span>
        {t(`moderation.reason_${row().reason}`)}
        {row().note ? ` – ${row().note}` : ''}
      </span>
      <span class={styles.line}>
        <Time at={row().at} locale={lang()} />
        <Badge tone={row().outcome === 'upheld' ? 'accent' : 'neutral'}>
          {row().outcome ? t(`moderation.report_${row().outcome!}`) : t('moderation.reported')}
        </Badge>
      </span>
    </li>
  )
}
