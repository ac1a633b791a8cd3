/** What a course says about itself. What one types is kept until it is saved. */
import { createMemo, createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import { OpeningField } from '#client/parts/opening-field.tsx'
import { Button, Form, FormActions, Section, Segments, TextArea, TextInput } from '#client/ui/index.ts'
import type { CourseRow } from '#shared/features/courses.ts'
import { CoverField } from './cover-field.tsx'

type Values = Pick<CourseRow, 'title' | 'description' | 'lang' | 'opening' | 'cover'> & { tags: string }

export function DetailsForm(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [edited, setEdited] = createSignal<Partial<Values>>({})
  const values = createMemo((): Values => {
    const { title, description, lang, opening, cover, tags } = props.course
    return { title, description, lang, opening, cover, tags: tags.join(', '), ...edited() }
  })
  const edit = (change: Partial<Values>): void => {
    setEdited({ ...edited(), ...change })
  }
  const save = async (): Promise<void> => {
    const { title, description, lang, opening, cover, tags } = values()
    if (title.trim() === '') return
    const details = {
      title: title.trim(),
      description: description.trim(),
      lang,
      opening,
      tags: tagsIn(tags),
    }
    const changed = cover === props.course.cover ? {} : { cover }
    await core.commands.send(
      'courses.describe_course',
      { courseId: props.course.id, ...details, ...changed },
      { after: picturesBefore(core, cover ?? '') },
    )
    setEdited({})
  }
  return (
    <Section title={t('courses.details')}>
      <Form onSubmit={() => void save()}>
        <TextInput
          label={t('courses.field_title')}
          required
          maxLength={200}
          autocomplete="off"
          lang={values().lang}
          value={values().title}
          onInput={(event) => edit({ title: event.currentTarget.value })}
        />
        <TextArea
          label={t('courses.field_description')}
          hint={t('courses.field_description_hint')}
          rows={4}
          maxLength={1_000}
          lang={values().lang}
          value={values().description}
          onInput={(event) => edit({ description: event.currentTarget.value })}
        />
        <CoverField
          course={{ id: props.course.id, title: values().title, cover: values().cover }}
          onChange={(cover) => edit({ cover })}
        />
        <TextInput
          label={t('courses.field_tags')}
          hint={t('courses.field_tags_hint')}
          autocomplete="off"
          autocapitalize="none"
          value={values().tags}
          onInput={(event) => edit({ tags: event.currentTarget.value })}
        />
        <Segments
          label={t('courses.field_lang')}
          options={[
            { value: 'zh', label: t('courses.lang_zh') },
            { value: 'en', label: t('courses.lang_en') },
          ]}
          value={values().lang}
          onChange={(lang) => edit({ lang: lang as Values['lang'] })}
        />
        <OpeningField opening={values().opening} onChange={(opening) => edit({ opening })} />
        <FormActions>
          <Button type="submit" variant="soft" disabled={Object.keys(edited()).length === 0}>
            {t('courses.save')}
          </Button>
        </FormActions>
      </Form>
    </Section>
  )
}

/** As the contract wants them: lower case, without repeats, at most eight. */
function tagsIn(text: string): string[] {
  const tags = text
    .split(/[,，、;；\n]/)
    .map((tag) => tag.trim().replace(/^#/, '').toLowerCase().slice(0, 40))
    .filter((tag) => tag !== '')
  return [...new Set(tags)].slice(0, 8)
}
