import { createSignal, type JSX } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Select, Stack, TextInput } from '#client/ui/index.ts'
import styles from './memberships.module.css'
import { useSubjectOptions } from './subject-options.ts'
import { endOfDay, type TermDraft, TermFields, termOf } from './term-fields.tsx'

/** A batch of codes: what they give, how many, how often each, until when. */
export function CodesDialog(props: { onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const options = useSubjectOptions()
  const [tried, setTried] = createSignal(false)
  const [draft, setDraft] = createStore({
    note: '',
    subject: '',
    count: '20',
    uses: '1',
    date: '',
    term: { kind: 'month', days: '30', date: '' } as TermDraft,
  })
  const subject = (): string =>
    draft.subject || (options().findLast(({ value }) => value.startsWith('tier:'))?.value ?? '')
  const number = (text: string, most: number): number | undefined => {
    const found = Number(text)
    return Number.isInteger(found) && found >= 1 && found <= most ? found : undefined
  }
  const wrong = (bad: boolean, words: string): string | undefined => (tried() && bad ? words : undefined)

  async function make(): Promise<void> {
    setTried(true)
    const term = termOf(draft.term)
    const count = number(draft.count, 1_000)
    const uses = number(draft.uses, 10_000)
    const expiresAt = draft.date ? (endOfDay(draft.date) ?? null) : null
    if (!draft.note.trim() || !subject() || !term || !count || !uses) return
    const given = { note: draft.note.trim(), subject: subject(), term, count, uses, expiresAt }
    await core.commands.send('memberships.make_codes', { id: core.newId(), ...given })
    props.onClose()
  }
  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={t('memberships.codes_new')}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button variant="primary" disabled={!subject()} onClick={() => void make()}>
            {t('memberships.codes_make')}
          </Button>
        </>
      }
    >
      <Stack>
        <TextInput
          label={t('memberships.codes_note')}
          hint={t('memberships.codes_note_hint')}
          maxlength="100"
          value={draft.note}
          error={wrong(!draft.note.trim(), t('core.invalid_min_length', { limit: 1 }))}
          onInput={(event) => setDraft('note', event.currentTarget.value)}
        />
        <div class={styles.pair}>
          <Select
            label={t('memberships.codes_gives')}
            value={subject()}
            options={options()}
            onChange={(value) => setDraft('subject', value)}
          />
          <TermFields term={draft.term} tried={tried()} onChange={(term) => setDraft('term', term)} />
        </div>
        <div class={styles.pair}>
          <TextInput
            label={t('memberships.codes_count')}
            type="number"
            inputmode="numeric"
            min="1"
            max="1000"
            value={draft.count}
            error={wrong(!number(draft.count, 1_000), t('core.invalid_max_value', { limit: 1_000 }))}
            onInput={(event) => setDraft('count', event.currentTarget.value)}
          />
          <TextInput
            label={t('memberships.codes_uses')}
            type="number"
            inputmode="numeric"
            min="1"
            max="10000"
            value={draft.uses}
            error={wrong(!number(draft.uses, 10_000), t('core.invalid_max_value', { limit: 10_000 }))}
            onInput={(event) => setDraft('uses', event.currentTarget.value)}
          />
          <TextInput
            label={t('memberships.codes_expire')}
            optional={t('memberships.optional')}
            type="date"
            value={draft.date}
            onInput={(event) => setDraft('date', event.currentTarget.value)}
          />
        </div>
      </Stack>
    </Dialog>
  )
}
