/**
 * Keyboard shortcuts of one key (`j`, `?`), of two in turn (`g d`), and with Ctrl or ⌘ (`mod+k`). The last kind is no
 * text, so it is heard while somebody writes; the others never are.
 */

export interface Pressed {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  /** By the browser's clock, in milliseconds. */
  timeStamp: number
}

/** How long the first key of two waits for the second, in milliseconds. */
const patience = 1_500

/** The key as shortcuts name it; undefined when it is held with something that makes it the browser's. */
export function nameOf(pressed: Pressed): string | undefined {
  if (pressed.altKey) return undefined
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key
  return pressed.ctrlKey || pressed.metaKey ? `mod+${key}` : key
}

/** @returns what hears the keys: the shortcut that a press completes, if it completes one. */
export function createKeySteps<S extends { keys: string }>(
  known: () => readonly S[],
): (pressed: Pressed) => S | undefined {
  let first: { name: string; at: number } | undefined
  return (pressed) => {
    const name = nameOf(pressed)
    const before = first && pressed.timeStamp - first.at <= patience ? first.name : undefined
    first = undefined
    if (name === undefined) return undefined
    // The youngest wins: a page may take over what the app does elsewhere.
    const find = (keys: string): S | undefined => known().findLast((one) => one.keys === keys)
    const found = (before === undefined ? undefined : find(`${before} ${name}`)) ?? find(name)
    if (!found && known().some((one) => one.keys.startsWith(`${name} `))) {
      first = { name, at: pressed.timeStamp }
    }
    return found
  }
}
