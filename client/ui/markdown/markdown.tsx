/**
 * Rendered Markdown as a component. Parser and sanitiser come in a chunk of their own, and the code
 * colours in another; once loaded (they are in the precache), texts render at once.
 */
import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { classes } from '../classes.ts'
import { Skeleton } from '../empty.tsx'
import styles from './markdown.module.css'
import type { MarkdownLabels, RenderOptions } from './options.ts'
import type { Heading } from './render.ts'

type Renderer = typeof import('./render.ts')

const [renderer, setRenderer] = createSignal<Renderer>()
let loading: Promise<Renderer> | undefined

/** Fetches the renderer ahead of need; resolves when texts will render at once. */
export function preloadMarkdown(): Promise<unknown> {
  loading ??= import('./render.ts').then((module) => {
    setRenderer(() => module)
    return module
  })
  return loading
}

export interface MarkdownProps extends Omit<RenderOptions, 'labels'> {
  text: string
  labels: MarkdownLabels
  /** BCP 47 language of the text; sets its leading, measure and glyphs. */
  lang?: string
  /** `post` is set smaller and closer than an article. */
  size?: 'article' | 'post'
  /** Reading face for long texts. */
  serif?: boolean
  /** Called after each rendering, for a table of contents. */
  onHeadings?: (headings: Heading[]) => void
}

/** Safe for text of any origin. */
export function Markdown(props: MarkdownProps): JSX.Element {
  void preloadMarkdown()
  return (
    <Show when={renderer()} fallback={<Skeleton label={props.labels.loading} lines={4} />}>
      {(module) => <Rendered {...props} module={module()} />}
    </Show>
  )
}

/** A component of its own, so that its element is there before its effect runs, also while the router is under way. */
function Rendered(props: MarkdownProps & { module: Renderer }): JSX.Element {
  let gone = false
  onCleanup(() => {
    gone = true
  })
  const host = (
    <div
      class={classes(
        styles.markdown,
        'markdown',
        props.size === 'post' && styles.post,
        props.serif && styles.serif,
      )}
      lang={props.lang}
    />
  ) as HTMLDivElement

  createEffect(() => {
    const module = props.module
    host.replaceChildren(
      module.renderMarkdown(props.text, {
        labels: props.labels,
        resolveLink: props.resolveLink,
        resolveImage: props.resolveImage,
        idPrefix: props.idPrefix,
        headingShift: props.headingShift,
        linkText: props.linkText,
      }),
    )
    props.onHeadings?.(module.headingsOf(host))
    if (host.querySelector('.md-math, .md-formula')) {
      void import('./math.ts').then(({ drawMathIn }) => {
        if (!gone) drawMathIn(host)
      })
    }
    if (host.querySelector('pre > code[class^="language-"]')) {
      void import('./highlight.ts').then(({ highlightIn }) => {
        if (!gone) void highlightIn(host)
      })
    }
  })

  const drawings = new Set<string>()
  onCleanup(() => {
    for (const url of drawings) URL.revokeObjectURL(url)
  })
  /** Puts the drawing in place of the source, or the source back. */
  const draw = async (button: HTMLButtonElement): Promise<void> => {
    const box = button.closest<HTMLElement>('.md-code')
    const source = box?.querySelector('pre')
    if (!box || !source || button.disabled) return
    for (const old of box.querySelectorAll('.md-diagram, .md-said')) old.remove()
    if (source.hidden) {
      source.hidden = false
      button.textContent = props.labels.showDiagram
      return
    }
    button.disabled = true
    const dark = isBright(getComputedStyle(host).color)
    const drawn = await import('./diagram.ts').then(
      ({ drawDiagram }) => drawDiagram(source.textContent ?? '', dark),
      () => null,
    )
    button.disabled = false
    if (gone) return
    if (!drawn) {
      const said = document.createElement('p')
      said.className = 'md-said'
      said.setAttribute('role', 'status')
      said.textContent = drawn === null ? props.labels.diagramOffline : props.labels.diagramMistaken
      source.before(said)
      return
    }
    const image = document.createElement('img')
    image.className = 'md-diagram'
    image.alt = source.textContent ?? ''
    image.src = URL.createObjectURL(drawn)
    drawings.add(image.src)
    source.hidden = true
    source.before(image)
    button.textContent = props.labels.showSource
  }
  host.addEventListener('click', (event) => {
    const drawing = (event.target as Element).closest<HTMLButtonElement>('button.md-draw')
    if (drawing) return void draw(drawing)
    const button = (event.target as Element).closest<HTMLButtonElement>('button.md-copy')
    const code = button?.closest('.md-code')?.querySelector('pre')?.textContent
    if (!button || code === undefined || code === null) return
    void navigator.clipboard.writeText(code).then(() => {
      button.textContent = props.labels.copied
      setTimeout(() => {
        button.textContent = props.labels.copy
      }, 2_000)
    })
  })
  // Errors of images do not bubble, so they are caught on the way down.
  const onError = (event: Event): void => {
    if (event.target instanceof HTMLImageElement) {
      event.target.replaceWith(props.module.absentImage(event.target, props.labels))
    }
  }
  host.addEventListener('error', onError, true)
  return host
}

/** Bright text stands on a dark page, whichever way the page came to be dark. */
function isBright(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return colour.startsWith('rgb') ? red + green + blue > 384 : red > 0.6
}
