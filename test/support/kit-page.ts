/** Runs in the browser, for the kit's own tests: hands what they drive to `window.kit`. */
import { createComponent, createSignal } from 'solid-js'
import { render } from 'solid-js/web'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Editor, type EditorLabels, type MarkdownLabels } from '#client/ui/index.ts'
import { Markdown } from '#client/ui/markdown/markdown.tsx'
import { drawMathIn } from '#client/ui/markdown/math.ts'
import { renderMarkdown } from '#client/ui/markdown/render.ts'

const markdownLabels: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  absentImage: 'Image not available',
  taskDone: 'done',
  taskOpen: 'open',
  loading: 'Loading',
  showDiagram: 'Show diagram',
  showSource: 'Show source',
  diagramMistaken: 'A mistake',
  diagramOffline: 'Not here',
  footnotes: 'Footnotes',
  footnoteBack: 'Back',
}

const editorLabels: EditorLabels = {
  toolbar: 'Formatting',
  bold: 'Bold',
  italic: 'Italic',
  heading: 'Heading',
  list: 'List',
  quote: 'Quote',
  code: 'Code',
  link: 'Link',
  picture: 'Picture',
  undo: 'Undo',
  redo: 'Redo',
  write: 'Write',
  preview: 'Preview',
  nothing: 'Nothing yet',
  loading: 'Loading',
}

/** Two people's documents, joined without delay. */
function joined(): { doc: Y.Doc; awareness: Awareness }[] {
  const sides = [new Y.Doc(), new Y.Doc()].map((doc) => ({ doc, awareness: new Awareness(doc) }))
  sides.forEach((side, index) => {
    const other = sides[1 - index]
    if (!other) return
    side.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'wire') Y.applyUpdate(other.doc, update, 'wire')
    })
    side.awareness.on(
      'update',
      (change: Record<'added' | 'updated' | 'removed', number[]>, origin: unknown) => {
        if (origin === 'wire') return
        const clients = [...change.added, ...change.updated, ...change.removed]
        applyAwarenessUpdate(other.awareness, encodeAwarenessUpdate(side.awareness, clients), 'wire')
      },
    )
  })
  return sides
}

const kit = {
  /** Renders into the page and returns what came out; scripts in it would run now. */
  show: (markdown: string): string => {
    const box = document.createElement('div')
    document.body.append(box)
    box.append(renderMarkdown(markdown, { labels: markdownLabels }))
    drawMathIn(box)
    return box.innerHTML
  },
  /** The same as the app shows it, diagrams and all. */
  mount: (text: string): void => {
    const box = document.createElement('div')
    document.body.append(box)
    render(() => createComponent(Markdown, { text, labels: markdownLabels }), box)
  },
  /** Two editors, `#editor0` and `#editor1`, in rooms that are joined, and the rooms' texts. */
  editors: (content: string) => {
    const sides = joined()
    const texts = sides.map(({ doc }) => doc.getText('body'))
    texts[0]?.insert(0, content)
    const [readOnly, setReadOnly] = createSignal(false)
    sides.forEach(({ awareness }, index) => {
      const box = document.createElement('div')
      box.id = `editor${index}`
      document.body.append(box)
      render(
        () =>
          createComponent(Editor, {
            get text() {
              return texts[index] as Y.Text
            },
            awareness,
            user: { name: ['林一诺', 'Wei Zhou'][index] ?? '', color: index },
            label: `Notes ${index}`,
            labels: editorLabels,
            markdown: { labels: markdownLabels },
            get readOnly() {
              return index === 1 && readOnly()
            },
          }),
        box,
      )
    })
    return { texts, awareness: sides.map((side) => side.awareness), setReadOnly }
  },
}

declare global {
  interface Window {
    kit: typeof kit
    world: ReturnType<typeof kit.editors>
    attacked: string[]
  }
}
window.attacked = []
window.kit = kit
