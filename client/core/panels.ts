/**
 * Where screens of different features meet: a page names a panel, the feature that offers it draws it, and neither
 * imports the other. A panel that nobody offers, or that is of a feature which the
 * community does not use, draws nothing.
 */
import {
  type Component,
  createComponent,
  createMemo,
  type JSX,
  Suspense,
  splitProps,
  untrack,
} from 'solid-js'
import { type Core, useCore } from './core.ts'

export interface PanelProps {
  /** `<feature>.<panel>` */
  name: string
  /** While the panel's code is loading. */
  fallback?: JSX.Element
  [prop: string]: unknown
}

export function Panel(props: PanelProps): JSX.Element {
  const core = useCore()
  const [own, passed] = splitProps(props, ['name', 'fallback'])
  const drawn = createMemo(() => {
    const panel = panelOf(core, own.name)
    return panel && untrack(() => createComponent(panel, passed))
  })
  return createComponent(Suspense, {
    get fallback() {
      return own.fallback
    },
    get children() {
      return drawn()
    },
  })
}

// biome-ignore lint/suspicious/noExplicitAny: a panel's props are agreed between the two features
export function panelOf(core: Core, name: string): Component<any> | undefined {
  for (const [feature, { panels }] of Object.entries(core.registry.features)) {
    if (panels && Object.hasOwn(panels, name) && core.uses(feature)) return panels[name]
  }
  return undefined
}
