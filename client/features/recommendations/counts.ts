/**
 * Stands in until the community has a model: every item with the count that everybody may know, and no taste at all.
 * It is an artefact like any other, so that interests, hidden items and newness work the same with it.
 */
import { encodeModel } from '#shared/recommend/artefact.ts'
import { emptyModel } from '#shared/recommend/model.ts'
import type { ShelfItem } from './shelf.ts'

export function countsArtefact(
  items: readonly ShelfItem[],
): Promise<{ bytes: Uint8Array<ArrayBuffer>; version: string }> {
  const empty = emptyModel()
  const { dimensions } = empty.settings
  return encodeModel({
    settings: { ...empty.settings, popularityShare: 1 },
    trainedAt: 0,
    items: items.map(({ id, kind, tags, at }) => ({ id, kind, tags, at })),
    popularity: Uint32Array.from(items, ({ count }) => Math.max(0, count)),
    fromContent: new Uint8Array(items.length),
    eigenvalues: new Float64Array(dimensions),
    scales: new Float32Array(items.length),
    codes: new Int8Array(items.length * dimensions),
    report: empty.report,
  })
}
