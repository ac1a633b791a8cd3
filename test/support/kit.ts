import { type ServedPage, servePage } from './page.ts'

/** The page's policy is the server's own, in the part that matters here. */
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; object-src 'none'"

/** The page of kit-page.ts. */
export function serveKit(): Promise<ServedPage> {
  return servePage('test/support/kit-page.ts', policy)
}
