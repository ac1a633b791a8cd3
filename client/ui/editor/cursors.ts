/**
 * Other people's carets and selections, from awareness. y-codemirror.next brings its own, but that sets
 * style attributes, which the content security policy refuses, and moves decorations under an open
 * composition. Cursors travel as Yjs relative positions in the field `cursor`, as they do there, so any
 * Yjs editor in the room understands them.
 */
import { type Extension, type Range, StateEffect } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { HUES, hueOf } from '../person.ts'

/** Asks for the carets to be drawn anew. */
const redraw = StateEffect.define<null>()

interface Person {
  name: string
  hue: number
}

class Caret extends WidgetType {
  readonly person: Person
  constructor(person: Person) {
    super()
    this.person = person
  }
  override eq(other: Caret): boolean {
    return other.person.name === this.person.name && other.person.hue === this.person.hue
  }
  override toDOM(): HTMLElement {
    const caret = document.createElement('span')
    caret.className = `lc-caret lc-hue-${this.person.hue}`
    const name = document.createElement('span')
    name.className = 'lc-name'
    name.textContent = this.person.name
    // Word joiners keep the caret from becoming a place to break the line.
    caret.append('\u2060', name, '\u2060')
    caret.setAttribute('aria-hidden', 'true')
    return caret
  }
  override ignoreEvent(): boolean {
    return true
  }
}

/** What others send is theirs to write, so nothing of it is believed. */
function personOf(state: Record<string, unknown>): Person {
  const user = (typeof state.user === 'object' && state.user ? state.user : {}) as Record<string, unknown>
  const name = typeof user.name === 'string' ? user.name.slice(0, 60) : ''
  // The server says who it is; another tab of this device is heard without it.
  if (typeof user.id === 'string') return { name, hue: hueOf(user.id) }
  return { name, hue: Number.isInteger(user.hue) ? Math.abs(user.hue as number) % HUES : hueOf(name) }
}

function positionOf(value: unknown, text: Y.Text, doc: Y.Doc): number | null {
  try {
    const at = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(value), doc)
    return at && at.type === text ? at.index : null
  } catch {
    return null
  }
}

function draw(view: EditorView, text: Y.Text, awareness: Awareness): DecorationSet {
  const found: Range<Decoration>[] = []
  const doc = text.doc
  if (!doc) return Decoration.none
  const length = view.state.doc.length
  for (const [client, state] of awareness.getStates()) {
    const cursor = state.cursor as { anchor?: unknown; head?: unknown } | null | undefined
    if (client === awareness.clientID || !cursor) continue
    const anchor = positionOf(cursor.anchor, text, doc)
    const head = positionOf(cursor.head, text, doc)
    if (anchor === null || head === null || Math.max(anchor, head) > length) continue
    const person = personOf(state)
    if (anchor !== head) {
      const mark = Decoration.mark({ class: `lc-selection lc-hue-${person.hue}` })
      found.push(mark.range(Math.min(anchor, head), Math.max(anchor, head)))
    }
    found.push(Decoration.widget({ widget: new Caret(person), side: head > anchor ? -1 : 1 }).range(head))
  }
  return Decoration.set(found, true)
}

/** Shows the others and tells them where one's own caret is. `quiet` says when nothing may move. */
export function remoteCursors(text: Y.Text, awareness: Awareness, quiet: () => boolean): Extension {
  return ViewPlugin.define(
    (view) => {
      const onChange = ({
        added,
        updated,
        removed,
      }: {
        added: number[]
        updated: number[]
        removed: number[]
      }): void => {
        const others = [...added, ...updated, ...removed].some((client) => client !== awareness.clientID)
        if (others && !quiet()) view.dispatch({ effects: redraw.of(null) })
      }
      awareness.on('change', onChange)
      return {
        decorations: draw(view, text, awareness),
        update(update: ViewUpdate) {
          tell(update, text, awareness)
          const asked = update.transactions.some((one) => one.effects.some((effect) => effect.is(redraw)))
          if (quiet()) this.decorations = this.decorations.map(update.changes)
          else if (asked || update.docChanged) this.decorations = draw(view, text, awareness)
        },
        destroy() {
          awareness.off('change', onChange)
          if (awareness.getLocalState()?.cursor) awareness.setLocalStateField('cursor', null)
        },
      }
    },
    { decorations: (plugin) => plugin.decorations },
  )
}

/** Redraws after a time of quiet. */
export function refreshCursors(view: EditorView): void {
  view.dispatch({ effects: redraw.of(null) })
}

function tell(update: ViewUpdate, text: Y.Text, awareness: Awareness): void {
  const before = awareness.getLocalState()
  if (!before || !(update.selectionSet || update.docChanged || update.focusChanged)) return
  if (!update.view.hasFocus) {
    if (before.cursor && update.focusChanged) awareness.setLocalStateField('cursor', null)
    return
  }
  const { anchor, head } = update.state.selection.main
  const cursor = {
    anchor: Y.createRelativePositionFromTypeIndex(text, anchor),
    head: Y.createRelativePositionFromTypeIndex(text, head),
  }
  const old = before.cursor as { anchor: unknown; head: unknown } | null | undefined
  const same =
    old &&
    Y.compareRelativePositions(Y.createRelativePositionFromJSON(old.anchor), cursor.anchor) &&
    Y.compareRelativePositions(Y.createRelativePositionFromJSON(old.head), cursor.head)
  if (!same) awareness.setLocalStateField('cursor', cursor)
}

const hues = Object.fromEntries(
  Array.from({ length: HUES }, (_, hue) => [`.lc-hue-${hue}`, { '--hue': `var(--hue-${hue})` }]),
)

export const cursorTheme: Extension = EditorView.baseTheme({
  ...hues,
  '.lc-selection': { backgroundColor: 'color-mix(in srgb, var(--hue) 22%, transparent)' },
  '.lc-caret': {
    position: 'relative',
    borderLeft: '2px solid var(--hue)',
    marginInline: '-1px',
    pointerEvents: 'none',
  },
  '.lc-name': {
    position: 'absolute',
    insetInlineStart: '-2px',
    bottom: 'calc(100% - 2px)',
    padding: '1px 6px',
    borderRadius: '6px 6px 6px 0',
    backgroundColor: 'var(--hue)',
    color: 'var(--on-hue)',
    fontFamily: 'var(--sans)',
    fontSize: '11px',
    fontWeight: '600',
    lineHeight: '1.35',
    whiteSpace: 'nowrap',
    userSelect: 'none',
    zIndex: '2',
    // The name leaves when the caret rests, so that it does not cover the line above.
    animation: 'lc-rest 4s forwards',
  },
  '@keyframes lc-rest': { '0%, 75%': { opacity: 1 }, '100%': { opacity: 0 } },
})
