/** Which loss is worth telling whoever opens the notes. */
import { lossBetween } from '#shared/core/text-diff.ts'
import { isLargeLoss, type NoteVersionRow } from '#shared/features/notes.ts'

const hour = 60 * 60_000

/** Where something is left of the text, somebody has most likely set it anew; where nothing is, it may be news for a week. */
const worthFor = { some: 2 * hour, nothing: 7 * 24 * hour }

/**
 * The newest version of which much was deleted and has not come back.
 * @param words of the text as it is now. @param dismissed `lossKey` of the one that was seen, and left.
 */
export function openLoss(
  versions: readonly NoteVersionRow[],
  words: number,
  { now, dismissed }: { now: number; dismissed: string | undefined },
): NoteVersionRow | undefined {
  const lost = versions
    .filter((version) => version.loss && !version.loss.repaired)
    .sort((a, b) => b.loss!.at - a.loss!.at)[0]
  if (!lost || lossKey(lost) === dismissed) return undefined
  const isNothingLeft = words * 10 < lost.words
  return now - lost.loss!.at < (isNothingLeft ? worthFor.nothing : worthFor.some) ? lost : undefined
}

export function lossKey(version: NoteVersionRow): string {
  return `${version.id} ${version.loss?.at}`
}

/** Has most of it come back? The device sees that before the server has said so. */
export function isBack(body: string, text: string): boolean {
  return !isLargeLoss(lossBetween(body, text))
}
