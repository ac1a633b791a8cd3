/** Wires the app: features → core → router → shell. */
import { Router } from '@solidjs/router'
import { lazy } from 'solid-js'
import { render } from 'solid-js/web'
import { CoreProvider, createCore, warnBeforeLeaving } from '#client/core/core.ts'
import { firstWords, restOfWords } from '#client/core/i18n.ts'
import { routesOf } from '#client/core/routes.tsx'
import { features } from '#client/features/index.ts'
import { Closed } from '#client/features/shell/closed.tsx'
import { standIn } from '#client/features/shell/stand-in.ts'
import { App } from '#client/features/shell.tsx'
import '#client/ui/styles/index.css'
import { clearOver, followVoices, keepFocus } from '#client/ui/index.ts'
import { voiceOf } from '#shared/core/voice.ts'
import { contracts } from '#shared/features/index.ts'

const registry = { contracts, features }
// Home is drawn with the first ones, and the others come behind it.
const words = location.pathname === '/' ? firstWords() : restOfWords()
const core = await createCore(registry)
await words
warnBeforeLeaving(core)
clearOver()
followVoices(document.body, voiceOf)
keepFocus(document.body)

/** Where other apps' share menus lead (the manifest's `share_target`). */
const share = {
  path: '/share',
  component: lazy(() => import('#client/features/shell/share.tsx').then((m) => ({ default: m.SharePage }))),
}

/** The design language has its page where the app is being developed, and is in no other build. */
const design = import.meta.env.DEV
  ? [
      {
        path: '/design',
        component: lazy(() =>
          import('#client/ui/language/page.tsx').then((m) => ({ default: m.DesignLanguage })),
        ),
      },
    ]
  : []

const root = document.getElementById('root')!
// The page that could be read without the app has nearly done its part.
const text = root.querySelector('.public-page')
root.replaceChildren()
render(
  () => (
    <CoreProvider core={core}>
      <Router root={App}>{[share, ...routesOf(registry, Closed), ...design]}</Router>
    </CoreProvider>
  ),
  root,
)
if (text && core.session.viewer().id === null) standIn(text)
