/** What the pages of growth share: their tabs, and what an entry or an honour is about. */
import { useLocation } from '@solidjs/router'
import { type Accessor, createMemo, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Page, TabLinks } from '#client/ui/index.ts'
import { articlePath } from '#shared/features/articles.ts'
import { coursePath } from '#shared/features/courses.ts'
import type { GrowthRules } from '#shared/features/growth.ts'
import { defaultRules, rulesId } from '#shared/features/growth.ts'

export function GrowthPage(props: { actions?: JSX.Element; children: JSX.Element }): JSX.Element {
  const { t } = useI18n()
  const location = useLocation()
  useTitle(() => t('growth.title'))
  const links = (): { href: string; label: string; current: boolean }[] =>
    (
      [
        ['/growth', 'growth.boards'],
        ['/growth/challenges', 'growth.challenges'],
        ['/growth/featured', 'growth.honours'],
      ] as const
    ).map(([href, word]) => ({ href, label: t(word), current: location.pathname === href }))
  return (
    <Page title={t('growth.title')} lead={t('growth.lead')} width="text" actions={props.actions}>
      <TabLinks label={t('growth.title')} links={links()} />
      {props.children}
    </Page>
  )
}

/** The community's rules; the defaults until they have come. */
export function useRules(): Accessor<GrowthRules> {
  const core = useCore()
  const row = core.feed.row('growth_rules', () => rulesId)
  const rules = createMemo(() => row()?.data ?? defaultRules)
  return rules
}

/** Title and address of `thread:<id>`, `article:<id>`, `challenge:<id>`; `undefined` for what is not on this device. */
export function useSubject(about: Accessor<string>): Accessor<{ title: string; href: string } | undefined> {
  const core = useCore()
  const part = (kind: string): string | undefined =>
    about().startsWith(`${kind}:`) ? about().slice(kind.length + 1) : undefined
  const thread = core.feed.row('threads', () => part('thread'))
  const article = core.feed.row('articles', () => part('article'))
  const challenge = core.feed.row('challenges', () => part('challenge'))
  const course = core.feed.row('courses', () => part('course'))
  const event = core.feed.row('events', () => part('event'))
  const subject = createMemo(() => {
    const [found, read, kept, learnt, held] = [thread(), article(), challenge(), course(), event()]
    if (found) return { title: found.data.title, href: `/discuss/${found.id}` }
    if (read) return { title: read.data.title, href: articlePath(read.data) }
    if (kept) return { title: kept.data.title, href: '/growth/challenges' }
    if (learnt) return { title: learnt.data.title, href: coursePath(learnt.data) }
    if (held) return { title: held.data.title, href: `/events/${encodeURIComponent(held.data.slug)}` }
    return undefined
  })
  return subject
}
