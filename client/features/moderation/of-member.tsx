/** On a member's page: reporting them, and for moderators what was decided about them and what they may do. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { Button, Dialog, Form, FormActions, List, Muted, Row, Section } from '#client/ui/index.ts'
import { canModerate, canPenalise } from '#shared/features/moderation.ts'
import { Actions } from './actions.tsx'
import { Entry } from './log.tsx'
import { type Penalty, PenaltyFields, ReasonFields, type Why } from './reason-fields.tsx'

export function OfMember(props: { memberId: string }): JSX.Element {
  const core = useCore()
  const viewer = core.session.viewer
  return (
    <Show when={viewer().id !== null && viewer().id !== props.memberId}>
      <Row>
        <Actions target={`member:${props.memberId}`} authorId={props.memberId} />
      </Row>
      <Show when={canModerate(viewer())}>
        <Standing memberId={props.memberId} />
      </Show>
    </Show>
  )
}

function Standing(props: { memberId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const member = core.feed.row('members', () => props.memberId)
  const entries = core.feed.rows('moderation_log', () => ({ by: 'number', reverse: true }))
  const about = createMemo(() => (entries() ?? []).filter(({ data }) => data.memberId === props.memberId))
  const [asking, setAsking] = createSignal(false)
  const [penalty, setPenalty] = createSignal<Penalty>({ kind: 'silence', hours: '' })
  const [why, setWhy] = createSignal<Why>({ reason: 'spam', note: t('moderation.template_spam') })
  const last = createMemo(() => {
    const memberId = props.memberId
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'moderation.penalise' && entry.input.memberId === memberId)
  })
  const may = (): boolean => {
    const found = member()?.data
    return found !== undefined && canPenalise(core.session.viewer(), found)
  }

  async function send(): Promise<void> {
    const { kind, hours } = penalty()
    if (kind === 'none') return
    setAsking(false)
    await core.commands.send('moderation.penalise', {
      id: core.newId(),
      memberId: props.memberId,
      kind,
      hours: hours === '' ? null : Number(hours),
      ...why(),
    })
  }

  return (
    <Section
      title={t('moderation.of_member')}
      action={
        <Show when={may()}>
          <Button small onClick={() => setAsking(true)}>
            {t('moderation.penalise')}
          </Button>
        </Show>
      }
    >
      <ActWord entry={last()} />
      <Undecided entry={last()} />
      <Show when={about().length > 0} fallback={<Muted>{t('moderation.of_member_none')}</Muted>}>
        <List label={t('moderation.of_member')}>
          <For each={about().slice(0, 20)}>{(entry) => <Entry entry={entry.data} />}</For>
        </List>
      </Show>
      <Dialog
        open={asking()}
        onClose={() => setAsking(false)}
        title={t('moderation.decide_title_penalise', { name: member()?.data.name ?? '' })}
        closeLabel={t('moderation.cancel')}
      >
        <Form onSubmit={() => void send()}>
          <PenaltyFields label={t('moderation.penalise')} value={penalty()} onChange={setPenalty} always />
          <ReasonFields value={why()} onChange={setWhy} />
          <FormActions>
            <Button onClick={() => setAsking(false)}>{t('moderation.cancel')}</Button>
            <Button type="submit" variant="danger">
              {t('moderation.penalise')}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
    </Section>
  )
}
