/** `/admin/moderation/rules`: the rules as data, each tried on what was posted before it is used. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { AdminPage } from '#client/parts/admin-page.tsx'
import {
  Badge,
  Button,
  Checkbox,
  Dialog,
  Form,
  FormActions,
  List,
  ListRow,
  Row,
  Section,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import { rulesId } from '#shared/features/moderation.ts'
import type { ModerationRules, Rule } from '#shared/features/moderation-rules.ts'
import styles from './moderation.module.css'
import { RuleForm } from './rule-form.tsx'
import { ModerationTabs } from './tabs.tsx'

const figures = ['hideAt', 'spamReporters', 'appealDays'] as const
const labels = {
  hideAt: 'moderation.hide_at',
  spamReporters: 'moderation.spam_reporters',
  appealDays: 'moderation.appeal_days',
} as const

export function RulesPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('moderation.rules'))
  const row = core.feed.row('moderation_rules', () => rulesId)
  const [edited, setEdited] = createSignal<Rule | 'new'>()
  const last = () => core.commands.entries().findLast((entry) => entry.name === 'moderation.set_rules')
  const save = async (rules: ModerationRules): Promise<void> => {
    await core.commands.send('moderation.set_rules', { rules: JSON.parse(JSON.stringify(rules)) })
  }
  const put = async (rules: ModerationRules, rule: Rule): Promise<void> => {
    const known = rules.rules.some((one) => one.id === rule.id)
    const all = known ? rules.rules.map((one) => (one.id === rule.id ? rule : one)) : [...rules.rules, rule]
    setEdited(undefined)
    await save({ ...rules, rules: all })
  }
  return (
    <AdminPage
      title={t('moderation.rules')}
      lead={t('moderation.rules_lead')}
      actions={
        <Button variant="primary" onClick={() => setEdited('new')}>
          {t('moderation.rule_new')}
        </Button>
      }
    >
      <ModerationTabs current="rules" />
      <Undecided entry={last()} />
      <Show when={row()} fallback={<Skeleton label={t('moderation.loading')} />}>
        {(found) => (
          <>
            <List label={t('moderation.rules')}>
              <For each={found().data.rules}>
                {(rule) => (
                  <ListRow
                    title={rule.name}
                    meta={
                      <>
                        <Badge tone={rule.on ? 'accent' : 'neutral'}>
                          {t(rule.on ? 'moderation.rule_on' : 'moderation.rule_off')}
                        </Badge>
                        <span>{t(`moderation.kind_${rule.kind}`)}</span>
                        <span>{t(`moderation.who_${rule.who}`)}</span>
                        <span>{t(`moderation.act_${rule.act}`)}</span>
                      </>
                    }
                    end={
                      <Button small onClick={() => setEdited(rule)}>
                        {t('moderation.rule_edit')}
                      </Button>
                    }
                  />
                )}
              </For>
            </List>
            <Settings rules={found().data} onSave={save} />
            <ActWord entry={last()} />
            <Dialog
              open={edited() !== undefined}
              onClose={() => setEdited(undefined)}
              title={t(edited() === 'new' ? 'moderation.rule_new' : 'moderation.rule_edit')}
              closeLabel={t('moderation.cancel')}
            >
              <RuleForm
                rule={edited() === 'new' ? undefined : (edited() as Rule)}
                onSave={(rule) => void put(found().data, rule)}
                onDelete={(id) => {
                  setEdited(undefined)
                  void save({ ...found().data, rules: found().data.rules.filter((one) => one.id !== id) })
                }}
                onCancel={() => setEdited(undefined)}
              />
            </Dialog>
          </>
        )}
      </Show>
    </AdminPage>
  )
}

function Settings(props: {
  rules: ModerationRules
  onSave: (rules: ModerationRules) => Promise<void>
}): JSX.Element {
  const { t } = useI18n()
  const [review, setReview] = createSignal<boolean>()
  const save = (form: HTMLFormElement): void => {
    const read = (name: string): number => {
      const field = form.elements.namedItem(name)
      return field instanceof HTMLInputElement ? Number(field.value) : 0
    }
    void props.onSave({
      rules: props.rules.rules,
      newcomer: { posts: read('posts'), days: read('days') },
      hideAt: read('hideAt'),
      spamReporters: read('spamReporters'),
      appealDays: read('appealDays'),
      reviewArticles: review() ?? props.rules.reviewArticles,
    })
  }
  return (
    <Section title={t('moderation.settings')}>
      <Form onSubmit={save}>
        <Checkbox
          label={t('moderation.review_articles')}
          checked={review() ?? props.rules.reviewArticles}
          onChange={setReview}
        />
        <div class={styles.pair}>
          <TextInput
            label={t('moderation.newcomer_posts')}
            name="posts"
            type="number"
            min="0"
            max="50"
            required
            value={String(props.rules.newcomer.posts)}
          />
          <TextInput
            label={t('moderation.newcomer_days')}
            name="days"
            type="number"
            min="0"
            max="365"
            required
            value={String(props.rules.newcomer.days)}
          />
          <For each={figures}>
            {(figure) => (
              <TextInput
                label={t(labels[figure])}
                hint={figure === 'hideAt' ? t('moderation.hide_at_hint') : undefined}
                name={figure}
                type="number"
                min="1"
                max={figure === 'appealDays' ? '90' : '50'}
                required
                value={String(props.rules[figure])}
              />
            )}
          </For>
        </div>
        <FormActions>
          <Row>
            <Button type="submit">{t('moderation.save')}</Button>
          </Row>
        </FormActions>
      </Form>
    </Section>
  )
}
