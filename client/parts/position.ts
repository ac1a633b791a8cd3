/** How far one has come in a text. */
export interface Position {
  /** Share of the text above the lower edge of the window, 0 to 1, when it was left. */
  fraction: number
  /** The largest share ever. */
  furthest: number
}

/** From here on a text counts as read. */
export const finished = 0.95
