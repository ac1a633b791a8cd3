/** What `/metrics` says, in the text format that Prometheus reads. */

/** @param gauges by name; what tells members of a family apart stands behind it: `refused{reason="overload"}` */
export function metricsText(gauges: Readonly<Record<string, number>>): string {
  const families = new Map<string, string[]>()
  for (const [name, value] of Object.entries(gauges)) {
    const family = name.split('{', 1)[0]!
    const lines = families.get(family) ?? [`# TYPE lyceum_${family} gauge`]
    families.set(family, [...lines, `lyceum_${name} ${value}`])
  }
  return [...families.values()].map((lines) => `${lines.join('\n')}\n`).join('')
}
