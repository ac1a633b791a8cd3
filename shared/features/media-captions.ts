/** Captions (WebVTT) as lines that can be read: what is said, and when. Styles, notes and regions are left out. */

export interface Cue {
  /** Seconds. */
  from: number
  to: number
  /** Without marks; who speaks stands before it. */
  text: string
}

const stamp = /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)\.(\d{3})$/

/** In the order of their beginnings. What cannot be read is left out. */
export function cuesIn(captions: string): Cue[] {
  const cues: Cue[] = []
  for (const block of captions.replaceAll(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes('-->'))
    if (at === -1 || at > 1) continue
    const [begin = '', rest = ''] = lines[at]!.split('-->', 2)
    const from = secondsOf(begin)
    const to = secondsOf(rest.trim().split(/\s/, 1)[0] ?? '')
    const text = wordsOf(lines.slice(at + 1).join(' '))
    if (from === undefined || to === undefined || to <= from || text === '') continue
    cues.push({ from, to, text })
  }
  return cues.sort((a, b) => a.from - b.from)
}

/** Which of them is said at that time, or was last; -1 before the first. */
export function cueAt(cues: readonly Cue[], seconds: number): number {
  return cues.findLastIndex((cue) => cue.from <= seconds)
}

function secondsOf(text: string): number | undefined {
  const found = stamp.exec(text.trim())
  if (!found) return undefined
  const [, hours = '0', minutes = '0', seconds = '0', thousandths = '0'] = found
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(thousandths) / 1000
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
}

function wordsOf(text: string): string {
  return text
    .replaceAll(/<v(?:\.[^\s>]*)?\s+([^>]{1,80})>/g, '$1: ')
    .replaceAll(/<[^>]{0,200}>/g, '')
    .replaceAll(/&(\w{1,8});/g, (whole, name: string) => entities[name] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim()
}
