/** On the library's page: what was downloaded, what it belongs to, how large it is, and the way to drop it. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Download } from '#client/core/downloads.ts'
import { useI18n } from '#client/core/i18n.ts'
import { MediaIcon, TrashIcon } from '#client/ui/icons.tsx'
import { Above, IconButton, List, ListRow, Section } from '#client/ui/index.ts'
import { articlePath } from '#shared/features/articles.ts'
import { lessonPath } from '#shared/features/courses.ts'
import { sizeName } from './labels.ts'

interface Kept {
  subject: string
  files: Download[]
  size: number
  here: number
}

export function KeptMedia(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const subjects = createMemo(() => {
    const found = new Map<string, Kept>()
    for (const each of core.downloads.all() ?? []) {
      const known = found.get(each.subject) ?? { subject: each.subject, files: [], size: 0, here: 0 }
      known.files.push(each)
      found.set(each.subject, { ...known, size: known.size + each.size, here: known.here + each.here })
    }
    return [...found.values()].sort((a, b) => b.here - a.here)
  })
  return (
    <Show when={subjects().length > 0}>
      <Section title={t('media.kept_title')} hint={t('media.kept_hint')} id="media">
        <List label={t('media.kept_title')}>
          <For each={subjects()}>{(kept) => <KeptRow kept={kept} />}</For>
        </List>
      </Section>
    </Show>
  )
}

function KeptRow(props: { kept: Kept }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const idOf = (kind: string): string | undefined =>
    props.kept.subject.startsWith(`${kind}:`) ? props.kept.subject.slice(kind.length + 1) : undefined
  const lesson = core.feed.row('lessons', () => idOf('lesson'))
  const course = core.feed.row('courses', () => lesson()?.data.courseId)
  const article = core.feed.row('articles', () => idOf('article'))
  const title = (): string => lesson()?.data.title ?? article()?.data.title ?? props.kept.files[0]?.name ?? ''
  const href = (): string | undefined => {
    const found = article()?.data
    if (found) return articlePath(found)
    return course() && lesson() ? lessonPath(course()!.data, lesson()!.data) : undefined
  }
  return (
    <ListRow
      {...(href() ? { href: href()! } : {})}
      title={title()}
      start={<MediaIcon />}
      meta={
        <>
          <span>
            {props.kept.here < props.kept.size
              ? t('media.part_of', { here: sizeName(props.kept.here), size: sizeName(props.kept.size) })
              : sizeName(props.kept.size)}
          </span>
          <Show when={course()}>{(found) => <span>{found().data.title}</span>}</Show>
        </>
      }
      end={
        <Above>
          <IconButton
            small
            variant="quiet"
            icon={TrashIcon}
            label={t('media.drop_named', { title: title() })}
            onClick={() => void core.downloads.drop(props.kept.files.map(({ hash }) => hash))}
          />
        </Above>
      }
    />
  )
}
