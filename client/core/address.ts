/** What stands behind the `?` of an address. */
import { useSearchParams } from '@solidjs/router'

type Set = ReturnType<typeof useSearchParams>[1]

/**
 * The address's questions, each with one answer: where somebody wrote one twice the first counts, so that no address
 * from elsewhere breaks a page.
 */
export function useAddress<P extends Partial<Record<keyof P, string>>>(): [Readonly<Partial<P>>, Set] {
  const [params, setParams] = useSearchParams()
  const first = new Proxy({} as Partial<P>, {
    get: (_target, name) => [params[name as string] ?? []].flat()[0],
  })
  return [first, setParams]
}
