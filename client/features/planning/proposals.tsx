/** `/events/proposals`: what members would come for, most wanted first. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { IdeaIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Dialog,
  EmptyState,
  Form,
  FormActions,
  Page,
  Segments,
  Select,
  Skeleton,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import { type TemplateId, templateIds } from '#shared/features/plan-kinds.ts'
import { byVotes, type ProposalState } from '#shared/features/planning.ts'
import { templateWord } from './begin.tsx'
import styles from './planning.module.css'
import { ProposalItem } from './proposal-item.tsx'

const parts = {
  open: ['open'],
  settled: ['planned', 'done'],
  declined: ['declined'],
} as const satisfies Record<string, readonly ProposalState[]>
type Part = keyof typeof parts

export function ProposalsPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('planning.proposals'))
  const [part, setPart] = createSignal<Part>('open')
  const [proposing, setProposing] = createSignal(false)
  const rows = core.feed.rows('proposals')
  const shown = createMemo(() =>
    (rows() ?? [])
      .filter(({ data }) => (parts[part()] as readonly ProposalState[]).includes(data.state))
      .toSorted((a, b) => byVotes(a.data, b.data)),
  )
  return (
    <Page
      width="text"
      title={t('planning.proposals')}
      lead={t('planning.proposals_lead')}
      back={{ href: '/events', label: t('planning.back_events') }}
      actions={
        <Button variant="primary" onClick={() => setProposing(true)}>
          <PlusIcon />
          {t('planning.propose')}
        </Button>
      }
    >
      <Segments
        hideLabel
        label={t('planning.state')}
        value={part()}
        options={[
          { value: 'open', label: t('planning.show_open') },
          { value: 'settled', label: t('planning.show_settled') },
          { value: 'declined', label: t('planning.show_declined') },
        ]}
        onChange={(value) => setPart(value as Part)}
      />
      <Show when={rows()} fallback={<Skeleton label={t('planning.loading')} lines={6} />}>
        <Show
          when={shown().length > 0}
          fallback={
            <EmptyState icon={IdeaIcon} title={t('planning.proposals_none')}>
              {t('planning.proposals_none_text')}
            </EmptyState>
          }
        >
          <ol class={styles.proposals}>
            <For each={shown()}>
              {(proposal) => (
                <li>
                  <ProposalItem proposal={proposal} />
                </li>
              )}
            </For>
          </ol>
        </Show>
      </Show>
      <Dialog
        open={proposing()}
        onClose={() => setProposing(false)}
        title={t('planning.propose')}
        closeLabel={t('planning.cancel')}
      >
        <ProposeForm onDone={() => setProposing(false)} />
      </Dialog>
    </Page>
  )
}

function ProposeForm(props: { onDone: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [template, setTemplate] = createSignal<TemplateId>('meetup')
  const send = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form)
    const title = String(data.get('title')).trim()
    if (title === '') return
    await core.commands.send('planning.propose', {
      proposalId: core.newId(),
      title,
      text: String(data.get('text')).trim(),
      template: template(),
    })
    props.onDone()
  }
  return (
    <Form onSubmit={(form) => void send(form)}>
      <TextInput
        label={t('planning.propose_title')}
        name="title"
        maxlength="120"
        autocomplete="off"
        required
      />
      <TextArea
        label={t('planning.propose_text')}
        optional={t('planning.optional')}
        name="text"
        maxlength="2000"
        rows="4"
      />
      <Select
        label={t('planning.propose_format')}
        value={template()}
        options={templateIds.map((id) => ({ value: id, label: t(templateWord(id)) }))}
        onChange={(id) => setTemplate(id as TemplateId)}
      />
      <FormActions>
        <Button onClick={() => props.onDone()}>{t('planning.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('planning.propose_do')}
        </Button>
      </FormActions>
    </Form>
  )
}
