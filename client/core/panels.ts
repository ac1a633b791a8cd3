/**
 * Where screens of different features meet: a page names a panel, the feature that offers it draws it, and neither
 * imports the other. A panel that nobody offers draws nothing.
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
import { useCore } from './core.ts'
import type { ClientRegistry } from './feature.ts'

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
    const panel = panelOf(core.registry, own.name)
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
export function panelOf(registry: ClientRegistry, name: string): Component<any> | undefined {
  for (const feature of Object.values(registry.features)) {
    if (feature.panels && Object.hasOwn(feature.panels, name)) return feature.panels[name]
  }
  return undefined
}
