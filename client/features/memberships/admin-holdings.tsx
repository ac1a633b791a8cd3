import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { TicketIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  Dialog,
  EmptyState,
  Meta,
  Select,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import { type EntitlementRow, isInForce } from '#shared/features/memberships.ts'
import { Chain } from './chain.tsx'
import styles from './memberships.module.css'
import { useSubjectOptions } from './subject-options.ts'
import { type TermDraft, TermFields, termOf } from './term-fields.tsx'
import { useSalesWords } from './words.ts'

/** `/admin/entitlements`: who has what, and why; what was given without money is given and ended here. */
export function AdminHoldings(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('memberships.admin_holdings'))
  const rows = core.feed.rows('entitlements', () => ({ by: 'from', reverse: true }))
  const now = (): number => Date.now() + core.session.clockOffset()
  const present = createMemo(() =>
    (rows() ?? []).filter(({ data }) => isInForce(data, now()) || data.state === 'frozen'),
  )
  const [giving, setGiving] = createSignal(false)
  return (
    <AdminPage
      title={t('memberships.admin_holdings')}
      lead={t('memberships.admin_holdings_lead')}
      actions={<Button onClick={() => setGiving(true)}>{t('memberships.give')}</Button>}
    >
      <Show when={rows()} fallback={<Skeleton label={t('memberships.loading')} />}>
        <Show
          when={present().length > 0}
          fallback={<EmptyState icon={TicketIcon} title={t('memberships.holdings_none')} />}
        >
          <div class={styles.holdings}>
            <For each={present()}>{(held) => <AdminHolding held={held} />}</For>
          </div>
        </Show>
      </Show>
      <Show when={giving()}>
        <GiveDialog onClose={() => setGiving(false)} />
      </Show>
    </AdminPage>
  )
}

function AdminHolding(props: { held: Stored<EntitlementRow> }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const member = core.feed.row('members', () => props.held.data.memberId)
  const [ending, setEnding] = createSignal(false)
  const [reason, setReason] = createSignal('')
  async function end(): Promise<void> {
    if (!reason().trim()) return
    await core.commands.send('memberships.end', { id: props.held.id, reason: reason().trim() })
    setEnding(false)
  }
  return (
    <div class={styles.holding}>
      <div class={styles.heldBy}>
        <div>
          <strong>{member()?.data.name ?? props.held.data.memberId}</strong>
          <Meta>
            <Show when={props.held.data.state === 'frozen'}>
              <Badge tone="danger">{t('memberships.state_disputed')}</Badge>
            </Show>
            <span>{words.title(props.held.data.title)}</span>
            <span>
              {props.held.data.until === null
                ? t('memberships.mine_for_good')
                : t('memberships.mine_until', { when: date(props.held.data.until, 'day') })}
            </span>
          </Meta>
        </div>
        <Button small variant="quiet" onClick={() => setEnding(true)}>
          {t('memberships.end_access')}
        </Button>
      </div>
      <details>
        <summary>{t('memberships.mine_why')}</summary>
        <Chain because={props.held.data.because} />
      </details>
      <Dialog
        open={ending()}
        onClose={() => setEnding(false)}
        title={t('memberships.end_access')}
        closeLabel={t('memberships.close')}
        actions={
          <>
            <Button onClick={() => setEnding(false)}>{t('memberships.cancel')}</Button>
            <Button variant="danger" disabled={!reason().trim()} onClick={() => void end()}>
              {t('memberships.end_access')}
            </Button>
          </>
        }
      >
        <Stack>
          <p>{t('memberships.end_access_text')}</p>
          <TextInput
            label={t('memberships.give_reason')}
            hint={t('memberships.refund_reason_hint')}
            maxlength="500"
            value={reason()}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </Stack>
      </Dialog>
    </div>
  )
}

function GiveDialog(props: { onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const members = core.feed.rows('members')
  const options = useSubjectOptions()
  const [memberId, setMemberId] = createSignal('')
  const [subject, setSubject] = createSignal('')
  const [term, setTerm] = createSignal<TermDraft>({ kind: 'month', days: '30', date: '' })
  const [reason, setReason] = createSignal('')
  const [tried, setTried] = createSignal(false)
  const people = createMemo(() =>
    (members() ?? [])
      .map(({ id, data }) => ({ value: id, label: `${data.name} (@${data.handle})` }))
      .sort((a, b) => a.label.localeCompare(b.label)),
  )
  const what = (): string =>
    subject() || (options().findLast(({ value }) => value.startsWith('tier:'))?.value ?? '')
  async function give(): Promise<void> {
    setTried(true)
    const given = termOf(term())
    if (!memberId() || !what() || !given || !reason().trim()) return
    await core.commands.send('memberships.give', {
      id: core.newId(),
      memberId: memberId(),
      subject: what(),
      term: given,
      reason: reason().trim(),
    })
    props.onClose()
  }
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={t('memberships.give')}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button
            variant="primary"
            disabled={!memberId() || !what() || !reason().trim()}
            onClick={() => void give()}
          >
            {t('memberships.give_submit')}
          </Button>
        </>
      }
    >
      <Stack>
        <Select
          label={t('memberships.give_to')}
          value={memberId()}
          options={[{ value: '', label: t('memberships.item_pick_none') }, ...people()]}
          onChange={setMemberId}
        />
        <div class={styles.pair}>
          <Select
            label={t('memberships.give_what')}
            value={what()}
            options={options()}
            onChange={setSubject}
          />
          <TermFields term={term()} tried={tried()} onChange={setTerm} />
        </div>
        <TextInput
          label={t('memberships.give_reason')}
          hint={t('memberships.give_reason_hint')}
          maxlength="500"
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Stack>
    </Dialog>
  )
}
