/** Would a reload take something from whoever is here: words in a form, or the caret from a text? */
export function isBusy(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'textarea, input:not([type=checkbox], [type=radio], [type=hidden])',
  )
  for (const field of fields) if (field.value !== field.defaultValue) return true
  if (document.visibilityState === 'hidden') return false
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused instanceof HTMLElement && (focused.isContentEditable || focused.matches('textarea, input'))
}
