/** A course begins with its name. */
import { useNavigate } from '@solidjs/router'
import { createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Button, Form, FormActions, LinkButton, Page, Segments, TextInput } from '#client/ui/index.ts'

export function NewPage(): JSX.Element {
  const core = useCore()
  const { t, lang: own } = useI18n()
  const navigate = useNavigate()
  useTitle(() => t('courses.new_title'))
  const [title, setTitle] = createSignal('')
  const [lang, setLang] = createSignal<'zh' | 'en'>(own())
  const create = async (): Promise<void> => {
    if (title().trim() === '') return
    const courseId = core.newId()
    const chapter = t('courses.chapter_name', { n: 1 })
    await core.commands.send('courses.start_course', { courseId, title: title().trim(), lang: lang() })
    await core.commands.send('courses.arrange', {
      courseId,
      chapters: [{ id: core.newId(), title: chapter, lessons: [] }],
    })
    navigate(`/learn/${courseId}/edit`)
  }
  return (
    <Page
      width="narrow"
      title={t('courses.new_title')}
      lead={t('courses.new_lead')}
      back={{ href: '/learn', label: t('courses.back') }}
    >
      <Form onSubmit={() => void create()}>
        <TextInput
          label={t('courses.field_title')}
          required
          maxLength={200}
          autocomplete="off"
          value={title()}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
        <Segments
          label={t('courses.field_lang')}
          options={[
            { value: 'zh', label: t('courses.lang_zh') },
            { value: 'en', label: t('courses.lang_en') },
          ]}
          value={lang()}
          onChange={(value) => setLang(value as 'zh' | 'en')}
        />
        <FormActions>
          <Button type="submit" variant="primary">
            {t('courses.create')}
          </Button>
          <LinkButton variant="quiet" href="/learn">
            {t('courses.cancel')}
          </LinkButton>
        </FormActions>
      </Form>
    </Page>
  )
}
