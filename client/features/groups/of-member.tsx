import { createMemo, For, type JSX, mapArray, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Muted, Row, Tag } from '#client/ui/index.ts'

/** A line on a member's page: the groups that they are in, as far as the viewer may know. */
export function OfMember(props: { memberId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('group_members', () => ({ by: 'memberId', equals: props.memberId }))
  const ids = createMemo(() => (rows() ?? []).map((row) => row.data.groupId))
  const found = mapArray(ids, (id) => core.feed.row('groups', () => id))
  const named = createMemo(() =>
    found().flatMap((row) => {
      const group = row()?.data
      return group ? [group] : []
    }),
  )
  return (
    <Show when={named().length > 0}>
      <Row gap="snug">
        <Muted>{t('groups.in_groups')}</Muted>
        <For each={named()}>{(group) => <Tag href={`/groups/${group.id}`}>{group.name}</Tag>}</For>
      </Row>
    </Show>
  )
}
