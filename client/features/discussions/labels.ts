import type { EditorLabels, MarkdownLabels } from '#client/ui/index.ts'
import type { Reaction } from '#shared/features/discussions.ts'
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

export const reactionWords = {
  '👍': 'discussions.reaction_like',
  '❤️': 'discussions.reaction_love',
  '🎉': 'discussions.reaction_celebrate',
  '💡': 'discussions.reaction_insight',
  '👀': 'discussions.reaction_eyes',
  '😄': 'discussions.reaction_smile',
} as const satisfies Record<Reaction, WordKey>
