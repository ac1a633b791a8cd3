/** How people who wrote are named, a few of them. */
import { useI18n } from '#client/core/i18n.ts'
import type { Writer } from '#shared/features/notes.ts'

const shown = 3

export function useWriters(): (writers: readonly Writer[]) => string {
  const { t } = useI18n()
  return (writers) => {
    const names = writers
      .slice(0, shown)
      .map((writer) => writer.name)
      .join(t('notes.list_separator'))
    const rest = writers.length - shown
    return rest > 0 ? t('notes.by_more', { names, rest, all: writers.length }) : t('notes.by', { names })
  }
}
