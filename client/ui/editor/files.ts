/** Pictures that are pasted or dropped, besides all the rest that may be. */
export function picturesIn(from: DataTransfer | null): File[] {
  // Whoever copies from a spreadsheet or a page means its text; the picture of it is an offer besides.
  if (!from || from.types.includes('text/plain')) return []
  return [...from.files].filter((file) => file.type.startsWith('image/'))
}
