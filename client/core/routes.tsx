/**
 * Routes of all features for the router. A page that needs a member (or more) leads others to sign in and back; the
 * server holds the same door again, so this is courtesy, not protection.
 */
import { Navigate, type RouteDefinition, useLocation } from '@solidjs/router'
import { createResource, type JSX, Match, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { holds } from '#shared/core/viewer.ts'
import { useCore } from './core.ts'
import type { ClientRegistry, Route } from './feature.ts'

/** `info.feature`: whose it is; the shell shows no page of a feature that is not used. */
export function routesOf(registry: ClientRegistry): RouteDefinition[] {
  return Object.entries(registry.features).flatMap(([feature, half]) =>
    half.routes.map((route) => ({
      path: route.path,
      info: { feature },
      component: route.needs === undefined ? route.page : () => guarded(route, route.needs!),
    })),
  )
}

function guarded(route: Route, role: NonNullable<Route['needs']>): JSX.Element {
  const core = useCore()
  const location = useLocation()
  const elsewhere = (): string =>
    core.session.viewer().id === null
      ? `/sign-in?then=${encodeURIComponent(location.pathname + location.search + location.hash)}`
      : '/'
  // A device that remembers nobody may hold a session all the same: whom to send away is known after the answer.
  const [asked] = createResource(() => core.session.asked.then(() => true))
  return (
    <Switch>
      <Match when={holds(core.session.viewer(), role)}>
        <Dynamic component={route.page} />
      </Match>
      <Match when={asked()}>
        <Navigate href={elsewhere()} />
      </Match>
    </Switch>
  )
}
