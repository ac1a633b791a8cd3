/** What the editor and the Markdown field say; the page brings the words. */
export interface EditorLabels {
  /** Names the toolbar. */
  toolbar: string
  bold: string
  italic: string
  heading: string
  list: string
  quote: string
  code: string
  link: string
  /** Of the button that chooses a picture. */
  picture: string
  undo: string
  redo: string
  write: string
  preview: string
  /** Shown when there is nothing to preview. */
  nothing: string
  /** Heard while the editor is being fetched. */
  loading: string
}
