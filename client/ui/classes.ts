/** Joins the class names that are present; false, undefined and '' fall away. */
export function classes(...names: (string | false | undefined | null)[]): string {
  return names.filter(Boolean).join(' ')
}
