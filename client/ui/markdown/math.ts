/**
 * Draws formulas in place, as MathML that the browser sets itself. Loaded only when a page shows one. What KaTeX makes of
 * anybody's source is sanitised like anybody's HTML: it may name no address, no style and no class.
 */
import DOMPurify, { type Config } from 'dompurify'
import katex from 'katex'

const POLICY: Config = {
  USE_PROFILES: { mathMl: true },
  FORBID_TAGS: ['annotation', 'annotation-xml'],
  // Their text is the source once more; without them it would stand beside the formula.
  FORBID_CONTENTS: ['annotation', 'annotation-xml', 'script', 'style'],
  FORBID_ATTR: ['href', 'xlink:href', 'style', 'class', 'id', 'src'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
}

/** Longer ones stay source. */
const MOST = 5_000

/** Draws every `.md-math` and `.md-formula` below `root` once. One that has a mistake goes on showing its source. */
export function drawMathIn(root: HTMLElement): void {
  for (const box of root.querySelectorAll<HTMLElement>(':is(.md-math, .md-formula):not([data-drawn])')) {
    box.dataset.drawn = ''
    const source = box.textContent ?? ''
    if (source.length > MOST) continue
    const drawn = draw(source, box.classList.contains('md-math'))
    if (drawn) box.replaceChildren(drawn)
    else box.classList.add('md-mistaken')
  }
}

function draw(source: string, displayMode: boolean): Node | undefined {
  let html: string
  try {
    html = katex.renderToString(source, {
      displayMode,
      output: 'mathml',
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 500,
    })
  } catch {
    return undefined
  }
  const math = (DOMPurify.sanitize(html, POLICY) as unknown as DocumentFragment).querySelector('math')
  math?.setAttribute('alttext', source)
  return math ?? undefined
}
