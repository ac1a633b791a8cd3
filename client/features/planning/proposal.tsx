/** `/events/proposals/<id>`: one proposal, and what members say about it. */
import { useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { IdeaIcon } from '#client/ui/icons.tsx'
import { EmptyState, Page, Skeleton } from '#client/ui/index.ts'
import { ProposalItem } from './proposal-item.tsx'

export function ProposalPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ id: string }>()
  const row = core.feed.row('proposals', () => params.id)
  useTitle(() => row()?.data.title)
  return (
    <Page
      width="text"
      title={row()?.data.title}
      back={{ href: '/events/proposals', label: t('planning.back_proposals') }}
    >
      <Show
        when={row()}
        fallback={
          <Show
            when={row() === null && core.feed.ready()}
            fallback={<Skeleton label={t('planning.loading')} lines={4} />}
          >
            <EmptyState icon={IdeaIcon} title={t('planning.proposal_unknown')}>
              {t('planning.proposal_unknown_text')}
            </EmptyState>
          </Show>
        }
      >
        {(proposal) => (
          <>
            <ProposalItem whole proposal={proposal()} />
            <Panel
              name="discussions.under"
              subject={`proposal:${proposal().id}`}
              title={proposal().data.title}
            />
          </>
        )}
      </Show>
    </Page>
  )
}
