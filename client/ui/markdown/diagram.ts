/**
 * Draws Mermaid diagrams, on demand and in a chunk that is fetched only then: it is many times the size of the app. The
 * drawing is shown as an image, in which nothing can run and nothing can be fetched, whatever the source says.
 */
import mermaid from 'mermaid'

/** Longer sources are not drawn. */
const MOST = 20_000

let count = 0

/** @returns an SVG image, or `undefined` when the source has a mistake. */
export async function drawDiagram(source: string, dark: boolean): Promise<Blob | undefined> {
  if (source.length > MOST) return undefined
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: dark ? 'dark' : 'neutral',
    fontFamily: 'sans-serif',
    // Labels as text of the drawing: HTML in it would be a second page.
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    suppressErrorRendering: true,
    maxTextSize: MOST,
    maxEdges: 300,
  })
  // It is measured in the page, out of sight.
  const bench = document.createElement('div')
  bench.className = 'md-bench'
  bench.setAttribute('aria-hidden', 'true')
  document.body.append(bench)
  try {
    const { svg } = await mermaid.render(`md-diagram-${++count}`, source, bench)
    return new Blob([sized(svg)], { type: 'image/svg+xml' })
  } catch {
    return undefined
  } finally {
    bench.remove()
  }
}

/** An image without a width of its own would be as wide as it can be. */
function sized(svg: string): string {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
  const root = parsed.documentElement
  if (root.nodeName !== 'svg') {
    // HTML's line breaks, which XML does not know.
    const html = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg')
    if (!html) throw new Error('no drawing')
    return sized(new XMLSerializer().serializeToString(html))
  }
  const [, , width, height] = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number)
  if (width && height) {
    root.setAttribute('width', String(Math.ceil(width)))
    root.setAttribute('height', String(Math.ceil(height)))
  }
  return new XMLSerializer().serializeToString(root)
}
