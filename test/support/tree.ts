/**
 * What somebody hears of a screen: its accessibility tree, as the browser hands it to a screen reader, and in which
 * language its words are said. Rules that hold for every screen; what one of them must say belongs into its own test.
 */
import type { CDPSession, Page } from 'playwright-core'
import type { Lang } from '#shared/words/index.ts'

interface Heard {
  role: string
  name: string
  level: number
  /** Of these, those that it says. */
  states: Partial<Record<'expanded' | 'pressed' | 'checked' | 'hasPopup' | 'live', unknown>>
  /** Roles of what it lies in, outermost first. */
  within: readonly string[]
}

/** Whoever cannot see them hears their name, and nothing else. */
const controls = new Set([
  'button',
  'checkbox',
  'combobox',
  'link',
  'listbox',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'textbox',
  'Date',
  'DateTime',
  'InputTime',
  'ColorWell',
  'DisclosureTriangle',
])

/** Places of a page that one can leap to. */
const landmarks = ['banner', 'complementary', 'contentinfo', 'form', 'main', 'navigation', 'region', 'search']

/** The tree in the order in which it is read. */
async function heardIn(session: CDPSession): Promise<Heard[]> {
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const heard: Heard[] = []
  const read = (id: string, within: readonly string[]): void => {
    const node = byId.get(id)
    if (!node) return
    const role = String(node.role?.value ?? '')
    if (!node.ignored) {
      const told = Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value]))
      const { expanded, pressed, checked, hasPopup, live } = told
      heard.push({
        role,
        name: String(node.name?.value ?? '').trim(),
        level: Number(told.level ?? 0),
        states: { expanded, pressed, checked, hasPopup, live },
        within,
      })
    }
    const inside = node.ignored ? within : [...within, role]
    for (const child of node.childIds ?? []) read(child, inside)
  }
  const [first] = nodes
  if (first) read(first.nodeId, [])
  return heard
}

/** @returns what is wrong with it; nothing when nothing is */
export async function wrongInTree(session: CDPSession): Promise<string[]> {
  const heard = await heardIn(session)
  const wrong: string[] = []
  // What lies under a dialog is not there for whoever is in it.
  const isCovered = heard.some(({ role }) => role === 'dialog')
  const all = (role: string): Heard[] => heard.filter((one) => one.role === role)

  for (const { role, name, within } of heard) {
    if (!controls.has(role) || name !== '') continue
    wrong.push(`a ${role} without a name in ${within.slice(-4).join(' › ')}`)
  }

  const headings = all('heading')
  const levels = headings.map(({ level }) => level)
  if (!isCovered && levels.filter((level) => level === 1).length !== 1)
    wrong.push(`headings of the first level: ${levels.filter((level) => level === 1).length}`)
  for (const [i, { level, name }] of headings.entries()) {
    const before = i === 0 ? (isCovered ? 1 : 0) : levels[i - 1]!
    if (level > before + 1) wrong.push(`a heading of level ${level} follows one of ${before}: “${name}”`)
    if (name === '') wrong.push(`a heading of level ${level} says nothing`)
  }

  if (!isCovered) {
    for (const role of ['main', 'banner', 'navigation'])
      if (all(role).length === 0) wrong.push(`there is no ${role}`)
    if (all('main').length > 1) wrong.push('there is more than one main')
    if (!heard.some(({ states, within }) => states.live === 'polite' && within.includes('banner')))
      wrong.push('how the app stands is not told when it changes')
  }
  for (const role of landmarks) {
    const names = all(role).map(({ name }) => name)
    // One without a name is not leapt to.
    const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
    if (twice !== undefined) wrong.push(`two places of the kind ${role} are called “${twice}”`)
  }

  for (const { role, name, states, within } of heard) {
    // The pickers of date fields are the browser's.
    if (within.some((each) => /^(?:Date|InputTime)/.test(each))) continue
    if (role === 'button' && states.hasPopup === 'menu' && states.expanded === undefined)
      wrong.push(`it is not said whether the menu “${name}” is open`)
    if (
      /^(?:checkbox|radio|switch|menuitemradio|menuitemcheckbox)$/.test(role) &&
      states.checked === undefined
    )
      wrong.push(`it is not said whether “${name}” is chosen`)
  }
  return [...new Set(wrong)]
}

/** Words that would be read out in the voice of another language. @returns each with its place */
export function wrongVoices(page: Page, lang: Lang): Promise<string[]> {
  return page.evaluate((own) => {
    const han = /\p{Script=Han}/gu
    const latin = /[A-Za-z]{2,}/g
    const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0
    const voiceOf = (element: Element | null): string =>
      element?.closest('[lang]')?.getAttribute('lang') ?? own
    /** A sentence, or a good part of one, in the one language and nothing of it in the other. */
    const isMisread = (text: string, voice: string): boolean => {
      const [characters, words] = [count(text, han), count(text, latin)]
      if (voice.startsWith('zh')) return characters === 0 && words >= 5
      return characters >= 4 && characters > words
    }
    const wrong: string[] = []
    const say = (text: string, element: Element, what: string): void => {
      const place = element.closest('[class]')?.className ?? element.nodeName
      wrong.push(`${what} is read as ${voiceOf(element)}: “${text.trim().slice(0, 60)}” (${place})`)
    }
    const root = document.querySelector('dialog:modal') ?? document.body
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement!
      const text = walker.currentNode.textContent ?? ''
      if (text.trim().length < 4 || element.closest('pre, code, kbd, samp, script, style, [translate=no]'))
        continue
      if (isMisread(text, voiceOf(element)) && element.checkVisibility({ visibilityProperty: true }))
        say(text, element, 'text')
    }
    for (const element of root.querySelectorAll('[aria-label], [alt], [placeholder]')) {
      if (!element.checkVisibility()) continue
      for (const name of ['aria-label', 'alt', 'placeholder']) {
        const text = element.getAttribute(name)
        // A sentence of ours that quotes another language is ours.
        if (!text || /[「」“”:：]/.test(text)) continue
        if (isMisread(text, voiceOf(element))) say(text, element, name)
      }
    }
    return wrong.slice(0, 6)
  }, lang)
}
