import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Form, FormActions, RadioGroup, TextArea, TextInput } from '#client/ui/index.ts'
import { type GroupRow, type JoinRule, joinRules } from '#shared/features/groups.ts'

export type Described = Pick<GroupRow, 'name' | 'description' | 'joining'>

/** @param props.ruling whether the viewer decides who comes in. */
export function GroupForm(props: {
  group?: Described
  submit: string
  ruling: boolean
  onSubmit(group: Described): void
}): JSX.Element {
  const { t } = useI18n()
  const [chosen, setChosen] = createSignal<JoinRule>()
  const joining = (): JoinRule => chosen() ?? props.group?.joining ?? 'closed'
  function submit(form: HTMLFormElement): void {
    const said = new FormData(form)
    const name = String(said.get('name') ?? '').trim()
    if (name === '') return
    props.onSubmit({ name, description: String(said.get('description') ?? '').trim(), joining: joining() })
  }
  return (
    <Form onSubmit={submit}>
      <TextInput
        label={t('groups.name')}
        name="name"
        autocomplete="off"
        required
        maxlength="80"
        value={props.group?.name ?? ''}
      />
      <TextArea
        label={t('groups.description')}
        name="description"
        optional={t('groups.optional')}
        maxlength="500"
        value={props.group?.description ?? ''}
      />
      <Show when={props.ruling}>
        <RadioGroup
          label={t('groups.joining')}
          value={joining()}
          onChange={(rule) => setChosen(rule as JoinRule)}
          options={joinRules.map((rule) => ({
            value: rule,
            label: t(`groups.joining_${rule}`),
            hint: t(`groups.joining_${rule}_hint`),
          }))}
        />
      </Show>
      <FormActions>
        <Button type="submit" variant="primary">
          {props.submit}
        </Button>
      </FormActions>
    </Form>
  )
}
