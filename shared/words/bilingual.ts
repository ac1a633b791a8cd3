/** Both languages of one feature's words. `{{name}}` marks a parameter. The dictionary checks that keys agree. */
export interface Bilingual {
  en: Record<string, string>
  zh: Record<string, string>
}

/** The same keys in both languages, or it does not compile. */
export type SameKeys<B extends Bilingual> = {
  en: Record<keyof B['zh'], string>
  zh: Record<keyof B['en'], string>
}
