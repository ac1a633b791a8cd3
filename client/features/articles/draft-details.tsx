/** What a draft says about itself. Each finished change is an act of its own; what one types is not overwritten. */
import { type Accessor, createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { OpeningField } from '#client/parts/opening-field.tsx'
import { Section, Segments, Stack, TextArea, TextInput } from '#client/ui/index.ts'
import { type DraftRow, openingOf } from '#shared/features/articles.ts'
import styles from './articles.module.css'

type Values = Pick<DraftRow, 'title' | 'description' | 'tags' | 'lang' | 'opening'>

export interface Details {
  values: Accessor<Values>
  /** Tags as they are being typed. */
  tagText: Accessor<string>
  edit(change: Partial<Values>): void
  editTags(text: string): void
  /** Sends what was edited; without a title the draft stays as it was, and the edits stay here. */
  save(): void
  /** The last change, while it is on its way or refused. */
  entry: Accessor<OutboxEntry | undefined>
}

export function createDetails(draftId: string, draft: Accessor<DraftRow>): Details {
  const core = useCore()
  const [edited, setEdited] = createSignal<Partial<Values>>({})
  const [typedTags, setTypedTags] = createSignal<string>()
  const values = createMemo<Values>(() => {
    const { title, description, tags, lang } = draft()
    return { title, description, tags, lang, opening: openingOf(draft()), ...edited() }
  })
  const entry = createMemo(() =>
    core.commands
      .entries()
      .findLast((one) => one.name === 'articles.describe_draft' && one.input.id === draftId),
  )
  const save = (): void => {
    const wanted = { ...values(), title: values().title.trim(), description: values().description.trim() }
    const before = draft()
    const differs = (Object.keys(wanted) as (keyof Values)[]).some(
      (key) => JSON.stringify(wanted[key]) !== JSON.stringify(before[key]),
    )
    if (wanted.title === '') return
    setTypedTags(undefined)
    if (!differs) {
      setEdited({})
      return
    }
    // The overlay shows them from here on; what was typed meanwhile stays.
    void core.commands.send('articles.describe_draft', { id: draftId, ...wanted }).then(() => {
      setEdited((now) =>
        Object.fromEntries(Object.entries(now).filter(([key, value]) => !isSent(key as keyof Values, value))),
      )
    })
    const isSent = (key: keyof Values, value: unknown): boolean =>
      JSON.stringify(typeof value === 'string' ? value.trim() : value) === JSON.stringify(wanted[key])
  }
  return {
    values,
    tagText: () => typedTags() ?? values().tags.join(', '),
    edit: (change) => setEdited({ ...edited(), ...change }),
    editTags(text) {
      setTypedTags(text)
      setEdited({ ...edited(), tags: tagsIn(text) })
    },
    save,
    entry,
  }
}

/** As the contract wants them: lower case, without repeats, at most eight. */
export function tagsIn(text: string): string[] {
  const tags = text
    .split(/[,，、;；\n]/)
    .map((tag) => tag.trim().replace(/^#/, '').toLowerCase().slice(0, 40))
    .filter((tag) => tag !== '')
  return [...new Set(tags)].slice(0, 8)
}

export function TitleField(props: { details: Details }): JSX.Element {
  const { t } = useI18n()
  return (
    <TextArea
      class={styles.titleField}
      rows={1}
      label={t('articles.field_title')}
      hideLabel
      placeholder={t('articles.field_title')}
      lang={props.details.values().lang}
      maxLength={200}
      autocomplete="off"
      value={props.details.values().title}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.isComposing) event.preventDefault()
      }}
      onInput={(event) =>
        props.details.edit({ title: event.currentTarget.value.replaceAll(/\s*\n\s*/g, ' ') })
      }
      onChange={() => props.details.save()}
    />
  )
}

export function DraftDetails(props: { details: Details }): JSX.Element {
  const { t } = useI18n()
  const values = () => props.details.values()
  const choose = (change: Partial<Values>): void => {
    props.details.edit(change)
    props.details.save()
  }
  return (
    <Section
      title={t('articles.details')}
      action={
        <Show when={props.details.entry()}>
          {(entry) => <Show when={!needsDecision(entry())}>{<ActWord entry={entry()} />}</Show>}
        </Show>
      }
    >
      <Stack>
        <Undecided entry={props.details.entry()} />
        <TextArea
          label={t('articles.field_description')}
          hint={t('articles.field_description_hint')}
          rows={3}
          maxLength={500}
          lang={values().lang}
          value={values().description}
          onInput={(event) => props.details.edit({ description: event.currentTarget.value })}
          onChange={() => props.details.save()}
        />
        <TextInput
          label={t('articles.field_tags')}
          hint={t('articles.field_tags_hint')}
          autocomplete="off"
          autocapitalize="none"
          value={props.details.tagText()}
          onInput={(event) => props.details.editTags(event.currentTarget.value)}
          onChange={() => props.details.save()}
        />
        <Segments
          label={t('articles.field_lang')}
          options={[
            { value: 'zh', label: t('articles.lang_zh') },
            { value: 'en', label: t('articles.lang_en') },
          ]}
          value={values().lang}
          onChange={(lang) => choose({ lang: lang as Values['lang'] })}
        />
        <OpeningField opening={values().opening} onChange={(opening) => choose({ opening })} />
      </Stack>
    </Section>
  )
}
