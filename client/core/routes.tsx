/**
 * Routes of all features for the router. A page that needs a member (or more) leads guests to sign in and back, and
 * tells members what it needs; the server holds the same door again, so this is courtesy, not protection.
 */
import { Navigate, type RouteDefinition, useLocation } from '@solidjs/router'
import { type Component, createResource, type JSX, Match, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { holds, isMember, type Role } from '#shared/core/viewer.ts'
import { useCore } from './core.ts'
import type { ClientRegistry, Route } from './feature.ts'

/** What a member sees of a page that is for another role. */
export type Closed = Component<{ needs: Role }>

/** `info.feature`: whose it is; the shell shows no page of a feature that is not used. */
export function routesOf(registry: ClientRegistry, closed: Closed): RouteDefinition[] {
  return Object.entries(registry.features).flatMap(([feature, half]) =>
    half.routes.map((route) => ({
      path: route.path,
      info: { feature },
      component: route.needs === undefined ? route.page : () => guarded(route, route.needs!, closed),
    })),
  )
}

function guarded(route: Route, needs: Role, closed: Closed): JSX.Element {
  const core = useCore()
  const location = useLocation()
  const signIn = (): string =>
    `/sign-in?then=${encodeURIComponent(location.pathname + location.search + location.hash)}`
  // A device that remembers nobody may hold a session all the same: whom to send away is known after the answer.
  const [asked] = createResource(() => core.session.asked.then(() => true))
  return (
    <Switch>
      <Match when={holds(core.session.viewer(), needs)}>
        <Dynamic component={route.page} />
      </Match>
      <Match when={asked() && isMember(core.session.viewer())}>
        <Dynamic component={closed} needs={needs} />
      </Match>
      <Match when={asked()}>
        <Navigate href={signIn()} />
      </Match>
    </Switch>
  )
}
