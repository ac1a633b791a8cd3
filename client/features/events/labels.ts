import type { MarkdownLabels } from '#client/ui/index.ts'
import type { Translate } from '#shared/words/index.ts'

export function markdownLabels(t: Translate): MarkdownLabels {
  return {
    copy: t('events.md_copy'),
    copied: t('events.md_copied'),
    absentImage: t('events.md_absent_image'),
    taskDone: t('events.md_task_done'),
    taskOpen: t('events.md_task_open'),
    loading: t('events.md_loading'),
  }
}
