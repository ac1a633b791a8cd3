/**
 * A second document between an editor and a room. Chinese, Japanese and Korean input methods compose
 * text in place; a remote edit that lands right beside the composition makes the browser drop it, and
 * half a word of pinyin stays in the text. So the editor is bound to a mirror: what it writes reaches
 * the room at once, what others write waits while a composition is open and is applied after it. Both
 * are ordinary Yjs updates, so the two documents end up the same whatever the order.
 */
import * as Y from 'yjs'

export interface Relay {
  /** The text to bind the editor to. */
  text: Y.Text
  /** From now on what others write waits. */
  hold: () => void
  /** Applies what waited and lets everything through again. */
  release: () => void
  held: () => boolean
  /** Parts the documents and destroys the mirror; the room has everything already. */
  close: () => void
}

/**
 * Mirrors the document of `source`, which must be a top-level text. Every relay is an update origin of
 * its own, so several editors on one document hear each other and none hears itself.
 */
export function createRelay(source: Y.Text): Relay {
  const room = source.doc
  if (!room) throw new Error('a relay needs a text that is in a document')
  const mirror = new Y.Doc()
  const text = mirror.getText(Y.findRootTypeKey(source))
  const waiting: Uint8Array[] = []
  let holding = false
  let open = true

  const relay: Relay = {
    text,
    hold: () => {
      holding = true
    },
    release: () => {
      holding = false
      mirror.transact(() => {
        for (const update of waiting.splice(0)) Y.applyUpdate(mirror, update, relay)
      }, relay)
    },
    held: () => holding,
    close: () => {
      if (!open) return
      open = false
      room.off('update', fromRoom)
      mirror.off('update', fromEditor)
      room.off('destroy', relay.close)
      waiting.length = 0
      mirror.destroy()
    },
  }
  const fromRoom = (update: Uint8Array, origin: unknown): void => {
    if (origin === relay) return
    if (holding) waiting.push(update)
    else Y.applyUpdate(mirror, update, relay)
  }
  const fromEditor = (update: Uint8Array, origin: unknown): void => {
    if (origin !== relay) Y.applyUpdate(room, update, relay)
  }
  Y.applyUpdate(mirror, Y.encodeStateAsUpdate(room), relay)
  room.on('update', fromRoom)
  mirror.on('update', fromEditor)
  room.on('destroy', relay.close)
  return relay
}
