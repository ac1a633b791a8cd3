/** The UTC day of a moment, `YYYY-MM-DD`: what is counted or ranked by the day is, wherever its reader lives. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
