/** One rule: what it looks at, what happens then, and what it would have caught. */
import { createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import {
  Button,
  Checkbox,
  Form,
  FormActions,
  List,
  ListRow,
  Select,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import { parse } from '#shared/core/contract.ts'
import type { Refusal } from '#shared/core/result.ts'
import type { QueryOutput } from '#shared/features/index.ts'
import { compilePattern } from '#shared/features/moderation-pattern.ts'
import { type Rule, ruleActs, ruleInput, ruleKinds } from '#shared/features/moderation-rules.ts'
import styles from './moderation.module.css'

interface Fields {
  name: string
  kind: Rule['kind']
  act: Rule['act']
  who: Rule['who']
  on: boolean
  words: string
  pattern: string
  most: string
  posts: string
  minutes: string
}

function fieldsOf(rule: Rule | undefined): Fields {
  const known = rule as (Rule & Record<string, unknown>) | undefined
  const text = (field: string, otherwise: string): string => String(known?.[field] ?? otherwise)
  return {
    name: rule?.name ?? '',
    kind: rule?.kind ?? 'words',
    act: rule?.act ?? 'hold',
    who: rule?.who ?? 'all',
    on: rule?.on ?? true,
    words: rule?.kind === 'words' ? rule.words.join('\n') : '',
    pattern: text('pattern', ''),
    most: text('most', '2'),
    posts: text('posts', '3'),
    minutes: text('minutes', '10'),
  }
}

function ruleOf(id: string, { name, kind, act, who, on, ...rest }: Fields): unknown {
  const common = { id, name, kind, act, who, on }
  const [most, posts, minutes] = [Number(rest.most), Number(rest.posts), Number(rest.minutes)]
  switch (kind) {
    case 'words': {
      const words = rest.words.split('\n').map((word) => word.trim())
      return { ...common, words: [...new Set(words.filter(Boolean))] }
    }
    case 'pattern':
      return { ...common, pattern: rest.pattern }
    case 'links':
      return { ...common, most }
    case 'first_posts':
      return { ...common, posts }
    case 'duplicates':
      return { ...common, minutes }
    case 'pace':
      return { ...common, posts, minutes }
  }
}

export function RuleForm(props: {
  rule: Rule | undefined
  onSave: (rule: Rule) => void
  onDelete: (id: string) => void
  onCancel: () => void
}): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  // The form is drawn anew for another rule.
  // eslint-disable-next-line solid/reactivity
  const [fields, setFields] = createSignal(fieldsOf(props.rule))
  // eslint-disable-next-line solid/reactivity
  const id = props.rule?.id ?? core.newId()
  const [problem, setProblem] = createSignal<Refusal>()
  const [found, setFound] = createSignal<QueryOutput<'moderation.dry_run'> | 'asking' | Refusal>()
  const set = (changed: Partial<Fields>): void => {
    setFields({ ...fields(), ...changed })
    setFound(undefined)
  }
  const has = (...kinds: Rule['kind'][]): boolean => kinds.includes(fields().kind)
  const errorOf = (field: string): string | undefined => {
    const wrong = problem()
    return wrong?.field === field ? refusal(wrong) : undefined
  }
  const patternError = (): string | undefined => {
    if (fields().kind !== 'pattern' || fields().pattern === '') return errorOf('pattern')
    const compiled = compilePattern(fields().pattern)
    return compiled.ok
      ? errorOf('pattern')
      : t(`moderation.problem_${compiled.error.what}`, { at: compiled.error.at + 1 })
  }

  function read(): Rule | undefined {
    const parsed = parse(ruleInput, ruleOf(id, fields()))
    setProblem(parsed.ok ? undefined : parsed.error)
    return parsed.ok ? parsed.value : undefined
  }

  async function tryIt(): Promise<void> {
    const rule = read()
    if (!rule) return
    setFound('asking')
    const asked = await core.queries.ask('moderation.dry_run', { rule: { ...rule, on: true } })
    setFound(asked.ok ? asked.value : asked.error)
  }

  const number = (field: 'most' | 'posts' | 'minutes'): JSX.Element => (
    <TextInput
      label={t(`moderation.field_${field}`)}
      type="number"
      min="0"
      required
      value={fields()[field]}
      error={errorOf(field)}
      onInput={(event) => set({ [field]: event.currentTarget.value })}
    />
  )

  return (
    <Form
      novalidate
      onSubmit={() => {
        const rule = read()
        if (rule) props.onSave(rule)
      }}
    >
      <TextInput
        label={t('moderation.rule_name')}
        maxlength="80"
        required
        value={fields().name}
        error={errorOf('name')}
        onInput={(event) => set({ name: event.currentTarget.value })}
      />
      <div class={styles.pair}>
        <Select
          label={t('moderation.rule_kind')}
          options={ruleKinds.map((value) => ({ value, label: t(`moderation.kind_${value}`) }))}
          value={fields().kind}
          onChange={(kind) => set({ kind: kind as Rule['kind'] })}
        />
        <Select
          label={t('moderation.rule_who')}
          options={(['all', 'new'] as const).map((value) => ({ value, label: t(`moderation.who_${value}`) }))}
          value={fields().who}
          onChange={(who) => set({ who: who as Rule['who'] })}
        />
        <Select
          label={t('moderation.rule_act')}
          options={ruleActs.map((value) => ({ value, label: t(`moderation.act_${value}`) }))}
          value={fields().act}
          onChange={(act) => set({ act: act as Rule['act'] })}
        />
      </div>
      <Show when={has('words')}>
        <TextArea
          label={t('moderation.field_words')}
          hint={t('moderation.field_words_hint')}
          rows="5"
          value={fields().words}
          error={errorOf('words')}
          onInput={(event) => set({ words: event.currentTarget.value })}
        />
      </Show>
      <Show when={has('pattern')}>
        <TextInput
          label={t('moderation.field_pattern')}
          hint={t('moderation.field_pattern_hint')}
          maxlength="300"
          autocapitalize="off"
          spellcheck={false}
          value={fields().pattern}
          error={patternError()}
          onInput={(event) => set({ pattern: event.currentTarget.value })}
        />
      </Show>
      <Show when={has('links')}>{number('most')}</Show>
      <Show when={has('first_posts', 'pace')}>{number('posts')}</Show>
      <Show when={has('duplicates', 'pace')}>{number('minutes')}</Show>
      <Checkbox label={t('moderation.rule_on')} checked={fields().on} onChange={(on) => set({ on })} />
      <div class={styles.caught} aria-live="polite">
        <Switch>
          <Match when={found() === 'asking'}>
            <p class={styles.quiet}>{t('moderation.dry_running')}</p>
          </Match>
          <Match when={answerOf(found())}>
            {(answer) => (
              <>
                <p>
                  {answer().caught.length === 0
                    ? t('moderation.dry_none', { count: answer().looked })
                    : t('moderation.dry_caught', {
                        count: answer().looked,
                        caught: answer().caught.length + answer().more,
                      })}
                </p>
                <Show when={answer().caught.length > 0}>
                  <List label={t('moderation.dry_run')}>
                    <For each={answer().caught.slice(0, 10)}>
                      {(one) => (
                        <ListRow
                          title={one.title}
                          href={one.path}
                          detail={one.excerpt}
                          meta={one.authorName}
                        />
                      )}
                    </For>
                  </List>
                </Show>
              </>
            )}
          </Match>
          <Match when={refusalOf(found())}>{(wrong) => <p>{refusal(wrong())}</p>}</Match>
        </Switch>
      </div>
      <FormActions>
        <Show when={props.rule}>
          <Button variant="danger" onClick={() => props.onDelete(id)}>
            {t('moderation.rule_delete')}
          </Button>
        </Show>
        <Button onClick={() => void tryIt()}>{t('moderation.dry_run')}</Button>
        <Button type="submit" variant="primary">
          {t('moderation.rule_save')}
        </Button>
      </FormActions>
    </Form>
  )
}

type Found = QueryOutput<'moderation.dry_run'> | 'asking' | Refusal | undefined

function answerOf(found: Found): QueryOutput<'moderation.dry_run'> | undefined {
  return typeof found === 'object' && 'looked' in found ? found : undefined
}

function refusalOf(found: Found): Refusal | undefined {
  return typeof found === 'object' && 'code' in found ? found : undefined
}
