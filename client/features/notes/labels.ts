import type { DocState } from '#client/core/docs.ts'
import type { EditorLabels, MarkdownLabels, WorkState } from '#client/ui/index.ts'
import type { Translate, WordKey } from '#shared/words/index.ts'

export function markdownLabels(t: Translate): MarkdownLabels {
  return {
    copy: t('discussions.md_copy'),
    copied: t('discussions.md_copied'),
    absentImage: t('discussions.md_absent_image'),
    taskDone: t('discussions.md_task_done'),
    taskOpen: t('discussions.md_task_open'),
    loading: t('discussions.md_loading'),
  }
}

export function editorLabels(t: Translate): EditorLabels {
  return {
    toolbar: t('discussions.editor_toolbar'),
    bold: t('discussions.editor_bold'),
    italic: t('discussions.editor_italic'),
    heading: t('discussions.editor_heading'),
    list: t('discussions.editor_list'),
    quote: t('discussions.editor_quote'),
    code: t('discussions.editor_code'),
    link: t('discussions.editor_link'),
    undo: t('discussions.editor_undo'),
    redo: t('discussions.editor_redo'),
    write: t('discussions.editor_write'),
    preview: t('discussions.editor_preview'),
    nothing: t('discussions.editor_nothing'),
    loading: t('discussions.editor_loading'),
  }
}

export const stateWords = {
  device: 'core.state_device',
  sent: 'core.state_sent',
  saved: 'core.state_saved',
  held: 'core.state_held',
  refused: 'core.state_refused',
} as const satisfies Record<WorkState, WordKey>

/** A document's state as a word; none while it is loading. */
export function workState(state: DocState): WorkState | undefined {
  return state === 'loading' ? undefined : state
}
