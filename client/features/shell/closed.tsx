import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Avatar, LinkButton, List, ListRow, Page, Row, Section } from '#client/ui/index.ts'
import { holds, type Role, roles } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'

const few = 6

/** A page that is for another role: says which one, and whom to ask. */
export function Closed(props: { needs: Role }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('app.closed_title'))
  const rows = core.feed.rows('members')
  // Those who hold the least come first: the owner is not whom to ask for everything.
  const holders = createMemo((): MemberRow[] =>
    (rows() ?? [])
      .map(({ data }) => data)
      .filter(({ id, role }) => holds({ id, role }, props.needs))
      .sort((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))
      .slice(0, few),
  )
  return (
    <Page title={t('app.closed_title')} lead={t(`app.closed_${props.needs}`)} width="text">
      <Show when={holders().length > 0}>
        <Section title={t('app.closed_who')}>
          <List>
            <For each={holders()}>
              {(member) => (
                <ListRow
                  start={<Avatar name={member.name} id={member.id} size="small" />}
                  href={`/members/${member.handle}`}
                  title={member.name}
                  meta={<span>{t(`accounts.role_${member.role}`)}</span>}
                />
              )}
            </For>
          </List>
        </Section>
      </Show>
      <Row>
        <LinkButton href="/">{t('app.not_found_home')}</LinkButton>
      </Row>
    </Page>
  )
}
