/** The document's title follows the page, with the community's name after it. */
import { createEffect } from 'solid-js'
import { useCore } from './core.ts'

/** @param title `undefined` or '' while it is not known. */
export function useTitle(title: () => string | undefined): void {
  const core = useCore()
  createEffect(() => {
    const community = core.session.info().community?.name ?? 'Lyceum'
    const own = title()
    document.title = own ? `${own} · ${community}` : community
  })
}
