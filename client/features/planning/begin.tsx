/** Choosing a template, with which a plan begins. */
import { createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Form, FormActions, RadioGroup, Section, Select } from '#client/ui/index.ts'
import {
  type BudgetCurrency,
  budgetCurrencies,
  type TemplateId,
  templateIds,
} from '#shared/features/plan-kinds.ts'
import { templates } from '#shared/features/plan-templates.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './planning.module.css'

export const templateWord = (template: TemplateId): WordKey => `planning.template_${template}`

export interface Choice {
  template: TemplateId
  lang: 'zh' | 'en'
  currency: BudgetCurrency
}

/** @param template to begin with */
export function createChoice(template: TemplateId): {
  value: () => Choice
  set: (change: Partial<Choice>) => void
} {
  const { lang } = useI18n()
  const [value, setValue] = createSignal<Choice>({ template, lang: lang(), currency: 'CNY' })
  return { value, set: (change) => setValue({ ...value(), ...change }) }
}

/** Which template, in which language, with which currency. */
export function ChoiceFields(props: { choice: ReturnType<typeof createChoice> }): JSX.Element {
  const { t, lang } = useI18n()
  return (
    <>
      <RadioGroup
        boxed
        label={t('planning.template')}
        value={props.choice.value().template}
        onChange={(template) => props.choice.set({ template: template as TemplateId })}
        options={templateIds.map((id) => ({
          value: id,
          label: t(templateWord(id)),
          hint: templates[id].about[lang()],
        }))}
      />
      <div class={styles.pair}>
        <Select
          label={t('planning.lang')}
          value={props.choice.value().lang}
          options={[
            { value: 'zh', label: t('planning.lang_zh') },
            { value: 'en', label: t('planning.lang_en') },
          ]}
          onChange={(chosen) => props.choice.set({ lang: chosen as 'zh' | 'en' })}
        />
        <Select
          label={t('planning.currency')}
          value={props.choice.value().currency}
          options={budgetCurrencies.map((currency) => ({ value: currency, label: currency }))}
          onChange={(currency) => props.choice.set({ currency: currency as BudgetCurrency })}
        />
      </div>
    </>
  )
}

export function Begin(props: { eventId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const choice = createChoice('meetup')
  const begin = (): void =>
    void core.commands.send('planning.start', { eventId: props.eventId, ...choice.value(), proposalId: null })
  return (
    <Section title={t('planning.begin')} hint={t('planning.begin_text')}>
      <Form onSubmit={begin}>
        <ChoiceFields choice={choice} />
        <FormActions>
          <Button type="submit" variant="primary">
            {t('planning.begin_do')}
          </Button>
        </FormActions>
      </Form>
    </Section>
  )
}
