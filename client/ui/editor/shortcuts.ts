import type { Format } from './format.ts'

/** Keys of the formats, in CodeMirror's notation: Mod is ⌘ on Apple's keyboards and Ctrl elsewhere. */
export const SHORTCUTS: Record<Format, string> = {
  bold: 'Mod-b',
  italic: 'Mod-i',
  code: 'Mod-e',
  link: 'Mod-k',
  heading: 'Mod-Alt-2',
  numbered: 'Mod-Shift-7',
  list: 'Mod-Shift-8',
  quote: 'Mod-Shift-9',
}

/** The format that a key event asks for, for controls without CodeMirror's keymaps. */
export function formatOf(event: KeyboardEvent): Format | undefined {
  if (!(event.ctrlKey || event.metaKey)) return undefined
  const key = event.shiftKey || event.altKey ? event.code.replace(/^(Digit|Key)/, '') : event.key
  const pressed = `Mod-${event.altKey ? 'Alt-' : ''}${event.shiftKey ? 'Shift-' : ''}${key.toLowerCase()}`
  return (Object.keys(SHORTCUTS) as Format[]).find((format) => SHORTCUTS[format] === pressed)
}
