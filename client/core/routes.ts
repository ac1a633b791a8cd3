/**
 * Routes of all features for the router. A page that needs a member (or more) leads others to sign in and back; the
 * server holds the same door again, so this is courtesy, not protection.
 */
import { Navigate, type RouteDefinition, useLocation } from '@solidjs/router'
import { createComponent, type JSX, Show } from 'solid-js'
import { holds } from '#shared/core/viewer.ts'
import { useCore } from './core.ts'
import type { ClientRegistry, Route } from './feature.ts'

export function routesOf(registry: ClientRegistry): RouteDefinition[] {
  return Object.values(registry.features).flatMap((feature) =>
    feature.routes.map((route) => ({
      path: route.path,
      component: route.needs === undefined ? route.page : () => guarded(route, route.needs!),
    })),
  )
}

function guarded(route: Route, role: NonNullable<Route['needs']>): JSX.Element {
  const core = useCore()
  const location = useLocation()
  return createComponent(Show, {
    keyed: false,
    get when() {
      return holds(core.session.viewer(), role)
    },
    get fallback() {
      const back = encodeURIComponent(location.pathname + location.search + location.hash)
      return createComponent(Navigate, {
        href: core.session.viewer().id === null ? `/sign-in?then=${back}` : '/',
      })
    },
    get children() {
      return createComponent(route.page, {})
    },
  })
}
