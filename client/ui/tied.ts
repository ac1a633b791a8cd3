/** No line begins with the dot or dash that joins two names: "Days · 大会" breaks behind it, if at all. */
export function tied<T>(title: T): T | string {
  return typeof title === 'string' ? title.replace(/ (?=[·–—|] )/g, '\u00a0') : title
}
