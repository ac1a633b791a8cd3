/** The kit's labels, in the member's words. */
import type { EditorLabels, MarkdownLabels } from '#client/ui/index.ts'
import type { Translate } from '#shared/words/index.ts'

export function markdownLabels(t: Translate): MarkdownLabels {
  return {
    copy: t('core.md_copy'),
    copied: t('core.md_copied'),
    absentImage: t('core.md_absent_image'),
    taskDone: t('core.md_task_done'),
    taskOpen: t('core.md_task_open'),
    loading: t('core.md_loading'),
    showDiagram: t('core.md_show_diagram'),
    showSource: t('core.md_show_source'),
    diagramMistaken: t('core.md_diagram_mistaken'),
    diagramOffline: t('core.md_diagram_offline'),
    footnotes: t('core.md_footnotes'),
    footnoteBack: t('core.md_footnote_back'),
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
    picture: t('pictures.add'),
    undo: t('core.editor_undo'),
    redo: t('core.editor_redo'),
    write: t('core.editor_write'),
    preview: t('core.editor_preview'),
    nothing: t('core.editor_nothing'),
    loading: t('core.editor_loading'),
  }
}
