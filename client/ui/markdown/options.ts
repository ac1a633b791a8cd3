export interface MarkdownLabels {
  copy: string
  copied: string
  /** Shown where an image cannot be: "Image not available". */
  absentImage: string
  taskDone: string
  taskOpen: string
  /** Heard while the text is being prepared. */
  loading: string
  /** Of the button that draws a diagram from its source, and of the one that goes back. */
  showDiagram: string
  showSource: string
  /** Said when a diagram has a mistake, and when what draws it cannot be fetched. */
  diagramMistaken: string
  diagramOffline: string
  /** Names the list of footnotes, and the way back from one into the text. */
  footnotes: string
  footnoteBack: string
}

export interface ResolvedImage {
  src: string
  /** Natural size in pixels; keeps the page from jumping when the image arrives. */
  width?: number
  height?: number
}

export interface RenderOptions {
  labels: MarkdownLabels
  /**
   * Given the address as written (never a fragment), returns the one to use, or null for "leads nowhere":
   * then the text stays without a link.
   */
  resolveLink?: (href: string) => string | null
  /**
   * Given the address as written, returns where the image can be had, or null when it cannot. Without
   * it, only images of this origin are shown.
   */
  resolveImage?: (src: string) => string | ResolvedImage | null
  /**
   * Makes links of words in running text (mentions, issue numbers), never in code or in a link. `pattern` has the
   * flag `g`; `href` may answer null to leave a match as it is.
   */
  linkText?: { pattern: RegExp; href: (match: RegExpMatchArray) => string | null }
  /** Put before every heading id, and before fragments in links: keeps several texts on a page apart. */
  idPrefix?: string
  /** Added to heading levels, so that a post's "# Title" does not compete with the page's h1. */
  headingShift?: number
}
