/** Where the server has a file. */
export function fileUrl(hash: string): string {
  return `/api/files/${hash}`
}
