/** Everything that this member did and the server has not taken: what it is, how it stands, what can be done. */
import { useNavigate } from '@solidjs/router'
import { createSignal, For, type JSX, Show, untrack } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Redraft } from '#client/core/feature.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { KeptWords } from '#client/parts/kept-words.tsx'
import { saveBlob } from '#client/parts/save-blob.ts'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  createConfirm,
  EmptyState,
  Form,
  FormActions,
  List,
  Page,
  Row,
  Section,
  Stack,
  TextArea,
  TextInput,
  Time,
} from '#client/ui/index.ts'
import { parse } from '#shared/core/contract.ts'
import type { Refusal } from '#shared/core/result.ts'
import { commandContract } from '#shared/features/index.ts'
import styles from './accounts.module.css'
import { ActState } from './act-state.tsx'
import { actName, needsDecision, subjectOf, writtenFields, writtenText } from './acts.ts'

/** The list alone, for the sheet behind the status pill. */
export function WaitingList(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const unfinished = (): OutboxEntry[] =>
    core.commands.entries().filter((entry) => entry.state !== 'saved' && entry.state !== 'held')
  const isLeftOver = (entry: OutboxEntry): boolean => entry.again === true && entry.state === 'refused'
  const acts = (): OutboxEntry[] => unfinished().filter((entry) => !isLeftOver(entry))
  const leftOver = (): OutboxEntry[] => unfinished().filter(isLeftOver)
  const documents = (): number => Math.max(0, core.connection().waiting - core.commands.waiting())
  const refusedDocuments = (): number =>
    Math.max(0, core.connection().refused - acts().filter((entry) => entry.state === 'refused').length)
  return (
    <Show
      when={unfinished().length > 0 || documents() > 0 || refusedDocuments() > 0}
      fallback={
        <EmptyState icon={CheckCircleIcon} title={t('accounts.waiting_none')}>
          {t('accounts.waiting_none_text')}
        </EmptyState>
      }
    >
      <Stack>
        <Show when={refusedDocuments() > 0}>
          <Banner tone="warn" inline>
            {t('accounts.waiting_documents_refused', { count: refusedDocuments() })}
          </Banner>
        </Show>
        <Show when={documents() > 0}>
          <Banner tone="info" inline>
            {t('accounts.waiting_documents', { count: documents() })}
          </Banner>
        </Show>
        <Show when={documents() + refusedDocuments() > 0}>
          <KeptWords />
        </Show>
        <Show when={acts().length > 0}>
          <List label={t('accounts.waiting')}>
            <For each={acts()}>{(entry) => <WaitingAct entry={entry} />}</For>
          </List>
        </Show>
        <Show when={leftOver().length > 0}>
          <Section title={t('accounts.waiting_again_title')} hint={t('accounts.waiting_again_text')}>
            <List label={t('accounts.waiting_again_title')}>
              <For each={leftOver()}>{(entry) => <WaitingAct entry={entry} />}</For>
            </List>
          </Section>
        </Show>
        <Row>
          <Button
            small
            onClick={() => void core.exportUnsent().then((file) => saveBlob(file, 'lyceum-unsent.md'))}
          >
            {t('accounts.waiting_export')}
          </Button>
        </Row>
      </Stack>
    </Show>
  )
}

function WaitingAct(props: { entry: OutboxEntry }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const [editing, setEditing] = createSignal(false)
  const [copied, setCopied] = createSignal(false)
  const name = (): string => {
    const word = actName(props.entry.name)
    return word ? t(word) : props.entry.name
  }
  const text = (): string => writtenText(props.entry)
  // An entry stays the same act for as long as it is drawn.
  const subject = untrack(() => subjectOf(props.entry))
  const row = subject && core.feed.row(subject.table, () => subject.id)
  const about = (): string => {
    const data = row?.()?.data ?? {}
    const called = String(('title' in data ? data.title : 'name' in data ? data.name : undefined) ?? '')
    return called === '' || text().startsWith(called) ? '' : called
  }
  const waitsForAnother = (): boolean =>
    props.entry.state === 'device' &&
    core.commands.entries().some((other) => props.entry.after.includes(other.id) && other.state !== 'saved')

  const redraft = (): Redraft | undefined =>
    Object.values(core.registry.features).find((half) => half.redraft?.[props.entry.name])?.redraft?.[
      props.entry.name
    ]
  async function keepAsDraft(): Promise<void> {
    const { id, input } = props.entry
    const path = await redraft()?.(core, input)
    if (path === undefined) return
    await core.commands.discard(id)
    navigate(path)
  }

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text())
    setCopied(true)
  }

  async function discard(): Promise<void> {
    const sure = await confirm.ask({
      title: t('accounts.waiting_discard_title'),
      text: t('accounts.waiting_discard_text'),
      confirm: t('accounts.waiting_discard'),
      cancel: t('accounts.cancel'),
      danger: true,
    })
    if (sure) await core.commands.discard(props.entry.id)
  }

  return (
    <li class={styles.act}>
      <div class={styles.actHead}>
        <span>
          <strong>{name()}</strong>
          <Show when={about()}>{(called) => <> · {called()}</>}</Show>
        </span>
        <Time at={props.entry.at} locale={lang()} />
      </div>
      <Show when={text() && !editing()}>
        <p class={styles.actText}>{text()}</p>
      </Show>
      <div class={styles.actState}>
        <ActState entry={props.entry} />
        <Show when={waitsForAnother()}>
          <span>{t('accounts.waiting_after')}</span>
        </Show>
      </div>
      <Show
        when={editing()}
        fallback={
          <Row gap="snug">
            <Show when={needsDecision(props.entry)}>
              <Show when={text()}>
                <Button small variant="soft" onClick={() => setEditing(true)}>
                  {t('accounts.waiting_edit')}
                </Button>
              </Show>
              <Button small onClick={() => void core.commands.resend(props.entry.id)}>
                {t('accounts.waiting_again')}
              </Button>
            </Show>
            <Show when={props.entry.state !== 'sent' && redraft()}>
              <Button small onClick={() => void keepAsDraft()}>
                {t('frame.keep_draft')}
              </Button>
            </Show>
            <Show when={text()}>
              <Button small variant="quiet" onClick={() => void copy()}>
                {copied() ? t('accounts.copied') : t('accounts.copy')}
              </Button>
            </Show>
            <Show when={props.entry.state !== 'sent'}>
              <Button small variant="quiet" onClick={() => void discard()}>
                {t('accounts.waiting_discard')}
              </Button>
            </Show>
          </Row>
        }
      >
        <EditAct entry={props.entry} onDone={() => setEditing(false)} />
      </Show>
      <confirm.View />
    </li>
  )
}

/** What was written, open again; sending it makes a new act about the same thing. */
function EditAct(props: { entry: OutboxEntry; onDone: () => void }): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const [wrong, setWrong] = createSignal<Refusal>()
  const errorOf = (field: string): string | undefined => {
    const found = wrong()
    return found?.field === field ? refusal(found) : undefined
  }

  async function send(form: HTMLFormElement): Promise<void> {
    const input = { ...props.entry.input, ...Object.fromEntries(new FormData(form)) }
    const contract = commandContract(props.entry.name)
    const checked = contract ? parse(contract.input, input) : undefined
    if (checked && !checked.ok) {
      const { field } = checked.error
      setWrong(field === 'handle' ? { ...checked.error, reason: 'accounts.handle_rule' } : checked.error)
      form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      return
    }
    await core.commands.resend(props.entry.id, checked?.value ?? input)
    props.onDone()
  }

  return (
    <Form novalidate onSubmit={(form) => void send(form)}>
      <For each={writtenFields(props.entry)}>
        {(part) => (
          <Show
            when={part.long}
            fallback={
              <TextInput
                label={t(part.label)}
                name={part.field}
                value={part.value}
                error={errorOf(part.field)}
              />
            }
          >
            <TextArea
              label={t(part.label)}
              name={part.field}
              value={part.value}
              error={errorOf(part.field)}
            />
          </Show>
        )}
      </For>
      <FormActions>
        <Button small type="submit" variant="primary">
          {t('accounts.waiting_again')}
        </Button>
        <Button small variant="quiet" onClick={() => props.onDone()}>
          {t('accounts.cancel')}
        </Button>
      </FormActions>
    </Form>
  )
}

/** `/me/waiting` */
export function Waiting(): JSX.Element {
  const { t } = useI18n()
  useTitle(() => t('accounts.waiting'))
  return (
    <Page
      title={t('accounts.waiting')}
      lead={t('accounts.waiting_lead')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <WaitingList />
    </Page>
  )
}
