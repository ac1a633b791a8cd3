/** Who is needed, and who it is. */
import { For, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CloseIcon, PlusIcon } from '#client/ui/icons.tsx'
import { Badge, Button, Form, IconButton, Section, Select, TextInput } from '#client/ui/index.ts'
import { addItem, type PlanRole, removeItem, setFields } from '#shared/features/plan-board.ts'
import styles from './planning.module.css'
import type { Plan } from './use-board.ts'

export function Roles(props: { plan: Plan }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const add = (form: HTMLFormElement): void => {
    const field = form.elements.namedItem('role') as HTMLInputElement
    const title = field.value.trim()
    if (title === '') return
    addItem(props.plan.handle.doc, 'roles', core.newId(), { title, need: 1 })
    field.value = ''
  }
  return (
    <Section title={t('planning.roles')} hint={t('planning.roles_hint')}>
      <ul class={styles.roles}>
        <For each={props.plan.board.roles}>{(role) => <Role plan={props.plan} role={role} />}</For>
      </ul>
      <Form class={styles.adding} onSubmit={add}>
        <TextInput label={t('planning.role_new')} name="role" maxlength="100" autocomplete="off" required />
        <Button type="submit">
          <PlusIcon />
          {t('planning.add')}
        </Button>
      </Form>
    </Section>
  )
}

function Role(props: { plan: Plan; role: PlanRole }): JSX.Element {
  const { t } = useI18n()
  const set = (memberId: string, on: boolean): void =>
    setFields(props.plan.handle.doc, 'roles', props.role.id, { [`p.${memberId}`]: on })
  const others = (): { value: string; label: string }[] =>
    props.plan
      .people()
      .filter(({ id }) => !props.role.people.includes(id))
      .map(({ id, name }) => ({ value: id, label: name }))
  return (
    <li class={styles.role}>
      <span class={styles.roleTitle}>
        {props.role.title}{' '}
        <Badge tone={props.role.people.length >= props.role.need ? 'accent' : 'warn'}>
          {t('planning.role_need', { count: props.role.people.length, need: props.role.need })}
        </Badge>
        <IconButton
          small
          icon={CloseIcon}
          label={t('planning.remove', { title: props.role.title })}
          onClick={() => removeItem(props.plan.handle.doc, 'roles', props.role.id)}
        />
      </span>
      <div class={styles.people}>
        <For each={props.role.people}>
          {(id) => (
            <span class={styles.person}>
              {props.plan.nameOf(id)}
              <IconButton
                small
                icon={CloseIcon}
                label={t('planning.role_remove', { name: props.plan.nameOf(id), role: props.role.title })}
                onClick={() => set(id, false)}
              />
            </span>
          )}
        </For>
      </div>
      <Select
        hideLabel
        label={t('planning.role_add', { role: props.role.title })}
        value=""
        options={[{ value: '', label: t('planning.role_choose') }, ...others()]}
        onChange={(id) => id !== '' && set(id, true)}
      />
    </li>
  )
}
