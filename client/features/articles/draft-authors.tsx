/** Who writes a draft: authors ask others in, and leave. */
import { useNavigate } from '@solidjs/router'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { CloseIcon, PlusIcon } from '#client/ui/icons.tsx'
import { Avatar, Button, IconButton, Muted, Section, Select, Stack } from '#client/ui/index.ts'
import { canUnshare, canWrite, type DraftRow } from '#shared/features/articles.ts'
import styles from './articles.module.css'
import { useMembers } from './members.ts'

export function DraftAuthors(props: { draft: DraftRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const members = useMembers(() => props.draft.authorIds)
  const [adding, setAdding] = createSignal(false)
  const me = (): string => core.session.viewer().id ?? ''
  const refused = createMemo(() => {
    const { id } = props.draft
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'articles.share_draft' && entry.input.id === id)
  })
  const share = async (memberId: string, on: boolean): Promise<void> => {
    await core.commands.send('articles.share_draft', { id: props.draft.id, memberId, on })
    setAdding(false)
    if (!on && memberId === me()) navigate('/write')
  }
  return (
    <Section title={t('articles.authors')}>
      <Stack gap="snug">
        <Undecided entry={refused()} />
        <ul class={styles.authors}>
          <For each={props.draft.authorIds}>
            {(id) => {
              const name = (): string => members().get(id)?.name ?? '…'
              return (
                <li>
                  <Avatar id={id} name={name()} size="small" />
                  <span>{name()}</span>
                  <Show when={id === me()}>
                    <Muted>({t('articles.author_you')})</Muted>
                  </Show>
                  <Show when={canUnshare(props.draft, id)}>
                    <IconButton
                      small
                      icon={CloseIcon}
                      label={
                        id === me()
                          ? t('articles.author_leave')
                          : t('articles.author_remove', { name: name() })
                      }
                      onClick={() => void share(id, false)}
                    />
                  </Show>
                </li>
              )
            }}
          </For>
        </ul>
        <Show
          when={adding()}
          fallback={
            <div>
              <Button small onClick={() => setAdding(true)}>
                <PlusIcon />
                {t('articles.author_add')}
              </Button>
            </div>
          }
        >
          <Candidates draft={props.draft} onChoose={(id) => void share(id, true)} />
        </Show>
      </Stack>
    </Section>
  )
}

/** Members who may write, and do not write this one yet. Their list is read only when it is asked for. */
function Candidates(props: { draft: DraftRow; onChoose: (memberId: string) => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('members')
  const candidates = createMemo(() =>
    (rows() ?? [])
      .map((row) => row.data)
      .filter((member) => canWrite({ id: member.id, role: member.role }))
      .filter((member) => !props.draft.authorIds.includes(member.id))
      .sort((a, b) => a.name.localeCompare(b.name)),
  )
  return (
    <Show when={rows()}>
      <Show when={candidates().length > 0} fallback={<Muted>{t('articles.author_none')}</Muted>}>
        <Select
          label={t('articles.author_add')}
          options={[
            { value: '', label: t('articles.author_choose') },
            ...candidates().map((member) => ({
              value: member.id,
              label: `${member.name} (@${member.handle})`,
            })),
          ]}
          value=""
          onChange={(id) => {
            if (id !== '') props.onChoose(id)
          }}
        />
      </Show>
    </Show>
  )
}
