/** A decision that needs words: why, to the author, and what follows for them. */
import { createEffect, createSignal, type JSX, on, Show, untrack } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Form, FormActions, TextArea, TextInput } from '#client/ui/index.ts'
import type { ReviewItemRow } from '#shared/features/moderation.ts'
import { noPenalty, type Penalty, PenaltyFields, ReasonFields, type Why } from './reason-fields.tsx'

export interface Asked {
  act: 'approve' | 'reject' | 'hide' | 'delete' | 'penalise' | 'uphold' | 'overturn'
  item: ReviewItemRow
}

export function DecideDialog(props: { asked: Asked | undefined; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [why, setWhy] = createSignal<Why>({ reason: 'spam', note: '' })
  const [penalty, setPenalty] = createSignal<Penalty>(noPenalty)
  const act = (): Asked['act'] => props.asked?.act ?? 'reject'
  const saysWhy = (): boolean => ['reject', 'hide', 'delete', 'penalise'].includes(act())
  createEffect(
    on(
      () => props.asked,
      (asked) => {
        const said = asked?.item.reports[0]?.reason ?? 'spam'
        const words = asked && ['uphold', 'overturn', 'approve'].includes(asked.act)
        setWhy({ reason: said, note: words ? '' : t(`moderation.template_${said}`) })
        setPenalty(asked?.act === 'penalise' ? { kind: 'silence', hours: '' } : noPenalty)
      },
    ),
  )
  const title = (): string => {
    const name = props.asked?.item.authorName ?? ''
    switch (act()) {
      case 'approve':
        return t('moderation.edit_approve')
      case 'uphold':
        return t('moderation.uphold')
      case 'overturn':
        return t('moderation.overturn')
      case 'penalise':
        return t('moderation.decide_title_penalise', { name })
      default:
        return t(`moderation.decide_title_${act() as 'reject' | 'hide' | 'delete'}`)
    }
  }

  async function send(form: HTMLFormElement): Promise<void> {
    const asked = untrack(() => props.asked)
    if (!asked) return
    const read = (name: string): string => {
      const field = form.elements.namedItem(name)
      const isText = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement
      return isText ? field.value.trim() : ''
    }
    const { kind, hours } = penalty()
    const body = read('body')
    const newTitle = read('title')
    await core.commands.send('moderation.decide', {
      itemId: asked.item.id,
      version: asked.item.version,
      act: asked.act,
      decisionId: core.newId(),
      ...why(),
      ...(asked.act === 'approve' && body
        ? { edited: { body, ...(newTitle ? { title: newTitle } : {}) } }
        : {}),
      ...(saysWhy() && kind !== 'none'
        ? { penalty: { id: core.newId(), kind, hours: hours === '' ? null : Number(hours) } }
        : {}),
    })
    props.onClose()
  }

  return (
    <Dialog
      open={props.asked !== undefined}
      onClose={() => props.onClose()}
      title={title()}
      closeLabel={t('moderation.cancel')}
      wide={act() === 'approve'}
    >
      <Form onSubmit={(form) => void send(form)}>
        <Show when={act() === 'approve'}>
          <Show when={props.asked?.item.title}>
            <TextInput
              label={t('moderation.edited_title')}
              name="title"
              maxlength="200"
              value={props.asked?.item.title}
            />
          </Show>
          <TextArea
            label={t('moderation.edited_body')}
            name="body"
            rows="10"
            value={props.asked?.item.text}
          />
        </Show>
        <Show when={saysWhy()}>
          <ReasonFields value={why()} onChange={setWhy} />
          <Show when={props.asked?.item.authorId !== null}>
            <PenaltyFields
              label={t('moderation.penalty')}
              value={penalty()}
              onChange={setPenalty}
              always={act() === 'penalise'}
            />
          </Show>
        </Show>
        <Show when={act() === 'uphold' || act() === 'overturn'}>
          <TextArea
            label={t('moderation.note')}
            optional={t('moderation.optional')}
            rows="3"
            maxlength="1000"
            value={why().note}
            onInput={(event) => setWhy({ ...why(), note: event.currentTarget.value })}
          />
        </Show>
        <FormActions>
          <Button onClick={() => props.onClose()}>{t('moderation.cancel')}</Button>
          <Button type="submit" variant={act() === 'delete' ? 'danger' : 'primary'}>
            {t(act() === 'approve' ? 'moderation.approve' : `moderation.${act() as 'hide'}`)}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  )
}
