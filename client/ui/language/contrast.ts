/**
 * The colour tokens read from their stylesheet, and how far they stand apart (WCAG 2.2, relative luminance). The page
 * of the design language shows these figures; a test holds them.
 */

export type Scheme = 'light' | 'dark'
export const schemes: readonly Scheme[] = ['light', 'dark']

/** Red, green, blue: 0 to 255. */
type Colour = readonly [number, number, number]

/** Both values of every token that is `light-dark()` of two opaque colours, by its name without dashes. */
export function coloursOf(css: string): Map<string, Record<Scheme, string>> {
  const found = new Map<string, Record<Scheme, string>>()
  const token = /--([a-z0-9-]+):\s*light-dark\(\s*(#[0-9a-f]{6})\s*,\s*(#[0-9a-f]{6})\s*\)/g
  for (const [, name, light, dark] of css.matchAll(token)) {
    // What is set anew for those who ask for more contrast stands later, and is stronger.
    if (!found.has(name!)) found.set(name!, { light: light!, dark: dark! })
  }
  return found
}

const colourOf = (hex: string): Colour => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(colourOf(one)), luminance(colourOf(other))]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

export interface Pair {
  front: string
  ground: string
  /** 4.5 for text, 3 for the outlines of controls. */
  least: 4.5 | 3
}

const grounds = ['bg', 'surface', 'raised', 'sunken']
const onSoft = ['accent', 'info', 'warn', 'danger']
const codes = ['comment', 'keyword', 'string', 'number', 'title', 'type', 'attr']

/** Every combination that the kit writes in. */
export const pairs: readonly Pair[] = [
  ...['text', 'text-2', 'text-3', 'accent', 'accent-strong', 'info', 'warn', 'danger'].flatMap((front) =>
    grounds.map((ground) => text(front, ground)),
  ),
  ...onSoft.flatMap((tone) => [
    text(tone, `${tone}-soft`),
    text('text', `${tone}-soft`),
    text('text-2', `${tone}-soft`),
  ]),
  text('accent-strong', 'accent-soft'),
  text('on-accent', 'accent'),
  text('on-accent', 'accent-strong'),
  text('on-danger', 'danger'),
  ...codes.map((part) => text(`code-${part}`, 'code-bg')),
  ...Array.from({ length: 8 }, (_, hue) => text('on-hue', `hue-${hue}`)),
  ...['bg', 'surface'].map((ground): Pair => ({ front: 'outline', ground, least: 3 })),
]

function text(front: string, ground: string): Pair {
  return { front, ground, least: 4.5 }
}
