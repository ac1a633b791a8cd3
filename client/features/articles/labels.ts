import type { DocState } from '#client/core/docs.ts'
import type { EditorLabels, MarkdownLabels, WorkState } from '#client/ui/index.ts'
import type { Translate, WordKey } from '#shared/words/index.ts'

export function markdownLabels(t: Translate): MarkdownLabels {
  return {
    copy: t('core.md_copy'),
    copied: t('core.md_copied'),
    absentImage: t('core.md_absent_image'),
    taskDone: t('core.md_task_done'),
    taskOpen: t('core.md_task_open'),
    loading: t('core.md_loading'),
  }
}

export function editorLabels(t: Translate): EditorLabels {
  return {
    toolbar: t('core.editor_toolbar'),
    bold: t('core.editor_bold'),
    italic: t('core.editor_italic'),
    heading: t('core.editor_heading'),
    list: t('core.editor_list'),
    quote: t('core.editor_quote'),
    code: t('core.editor_code'),
    link: t('core.editor_link'),
    undo: t('core.editor_undo'),
    redo: t('core.editor_redo'),
    write: t('core.editor_write'),
    preview: t('core.editor_preview'),
    nothing: t('core.editor_nothing'),
    loading: t('core.editor_loading'),
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
