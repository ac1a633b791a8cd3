/** A proposal with its vote; on its own page with all of its text and what organisers can do. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { PlanIcon, VoteIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Button,
  createConfirm,
  Dialog,
  Form,
  FormActions,
  Menu,
  type MenuItem,
  Meta,
  TextInput,
  type Tone,
} from '#client/ui/index.ts'
import {
  canDecide,
  canVote,
  canWithdraw,
  type ProposalRow,
  type ProposalState,
  voteId,
} from '#shared/features/planning.ts'
import type { WordKey } from '#shared/words/index.ts'
import { templateWord } from './begin.tsx'
import { NewEventDialog } from './new-event.tsx'
import styles from './planning.module.css'

const tones: Record<ProposalState, Tone> = {
  open: 'neutral',
  planned: 'accent',
  done: 'info',
  declined: 'warn',
}
const stateWord = (state: ProposalState): WordKey => `planning.state_${state}`

export function ProposalItem(props: { proposal: Stored<ProposalRow>; whole?: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = (): ProposalRow => props.proposal.data
  const own = core.feed.row('proposal_votes', () => voteId(props.proposal.id, core.session.viewer().id ?? ''))
  const event = core.feed.row('events', () => row().eventId ?? undefined)
  const voted = (): boolean => own() !== null && own() !== undefined
  const last = createMemo((): OutboxEntry | undefined => {
    const { id } = props.proposal
    return core.commands
      .entries()
      .findLast((entry) => entry.name.startsWith('planning.') && entry.input.proposalId === id)
  })
  const vote = (): void =>
    void core.commands.send('planning.vote', { proposalId: props.proposal.id, on: !voted() })
  return (
    <article class={styles.proposal}>
      <div class={styles.vote}>
        <strong>{row().votes}</strong>
        <span class={styles.voteWord}>{t('planning.votes_word', { count: row().votes })}</span>
        <Show when={canVote(core.session.viewer(), row())}>
          <Button small variant={voted() ? 'soft' : 'secondary'} aria-pressed={voted()} onClick={vote}>
            <VoteIcon />
            {t(voted() ? 'planning.voted_word' : 'planning.vote_word')}
            <span class="visually-hidden">: {row().title}</span>
          </Button>
        </Show>
      </div>
      <div class={styles.proposalBody}>
        <Show when={!props.whole}>
          <h2 class={styles.proposalTitle}>
            <a href={`/events/proposals/${props.proposal.id}`}>{row().title}</a>
          </h2>
        </Show>
        <Meta>
          <Show when={row().state !== 'open' || props.whole}>
            <Badge tone={tones[row().state]}>{t(stateWord(row().state))}</Badge>
          </Show>
          <span>{t(templateWord(row().template))}</span>
          <span>{t('planning.proposal_by', { name: row().authorName })}</span>
          <ActWord entry={last()} />
        </Meta>
        <Show when={row().text}>
          <p class={props.whole ? styles.text : styles.teaser}>{row().text}</p>
        </Show>
        <Show when={row().state === 'declined' && row().reason}>
          <p class={styles.quiet}>{t('planning.reason_said', { reason: row().reason })}</p>
        </Show>
        <Show when={event()}>
          {(found) => (
            <a href={`/events/${encodeURIComponent(found().data.slug)}`}>
              {t('planning.to_event')}: {found().data.title}
            </a>
          )}
        </Show>
        <Undecided entry={last()} />
        <Show when={props.whole}>
          <ProposalActs proposal={props.proposal} />
        </Show>
      </div>
    </article>
  )
}

function ProposalActs(props: { proposal: Stored<ProposalRow> }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [declining, setDeclining] = createSignal(false)
  const [converting, setConverting] = createSignal(false)
  const row = (): ProposalRow => props.proposal.data
  const decide = (state: ProposalState, reason = ''): void =>
    void core.commands.send('planning.decide', { proposalId: props.proposal.id, state, reason })
  const withdraw = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('planning.withdraw'),
      text: t('planning.withdraw_text'),
      confirm: t('planning.withdraw'),
      cancel: t('planning.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('planning.withdraw', { proposalId: props.proposal.id })
  }
  const items = (): MenuItem[] => [
    ...(canDecide(core.session.viewer())
      ? [
          ...(row().state === 'open'
            ? [
                { label: t('planning.mark_planned'), onSelect: () => decide('planned') },
                { label: t('planning.decline'), onSelect: () => setDeclining(true) },
              ]
            : [{ label: t('planning.reopen'), onSelect: () => decide('open') }]),
          ...(row().state === 'planned'
            ? [{ label: t('planning.mark_done'), onSelect: () => decide('done') }]
            : []),
        ]
      : []),
    ...(canDecide(core.session.viewer())
      ? [{ label: t('planning.withdraw'), danger: true, onSelect: () => void withdraw() }]
      : []),
  ]
  return (
    <>
      <Show when={canWithdraw(core.session.viewer(), row()) && !canDecide(core.session.viewer())}>
        <div class={styles.acts}>
          <Button small variant="quiet" onClick={() => void withdraw()}>
            {t('planning.withdraw')}
          </Button>
        </div>
      </Show>
      <Show when={items().length > 0}>
        <div class={styles.acts}>
          <Show when={canDecide(core.session.viewer()) && row().state === 'open'}>
            <Button small variant="primary" onClick={() => setConverting(true)}>
              <PlanIcon />
              {t('planning.convert')}
            </Button>
          </Show>
          <Menu small label={t('planning.organise')} items={items()} />
        </div>
      </Show>
      <Dialog
        open={declining()}
        onClose={() => setDeclining(false)}
        title={t('planning.decline')}
        closeLabel={t('planning.cancel')}
      >
        <Form
          onSubmit={(form) => {
            decide('declined', String(new FormData(form).get('reason')).trim())
            setDeclining(false)
          }}
        >
          <TextInput
            label={t('planning.reason')}
            hint={t('planning.decline_text')}
            name="reason"
            maxlength="300"
            required
          />
          <FormActions>
            <Button onClick={() => setDeclining(false)}>{t('planning.cancel')}</Button>
            <Button type="submit" variant="primary">
              {t('planning.decline')}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
      <NewEventDialog open={converting()} onClose={() => setConverting(false)} proposal={row()} />
      <confirm.View />
    </>
  )
}
