/**
 * The frame of the app: places, status, notices, and around every page its loading and failing. It is the router's
 * root, so it stays while pages come and go.
 */
import {
  Navigate,
  type RouteSectionProps,
  useBeforeLeave,
  useCurrentMatches,
  useLocation,
  useSearchParams,
} from '@solidjs/router'
import {
  createEffect,
  createResource,
  createSignal,
  ErrorBoundary,
  For,
  type JSX,
  Match,
  Show,
  Suspense,
  Switch,
} from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { hasAllWords, restOfWords, useI18n } from '#client/core/i18n.ts'
import { beginAnew } from '#client/core/kept.ts'
import { Panel } from '#client/core/panels.ts'
import { type ShownPlace, usePlaces } from '#client/core/places.ts'
import { LanguagesIcon } from '#client/ui/icons.tsx'
import {
  afterUncovering,
  Dialog,
  IconButton,
  IconLink,
  isCovered,
  LinkButton,
  type Place,
  Shell,
} from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { type CommunityRow, communityId } from '#shared/features/accounts.ts'
import { InstallCard } from './shell/install-card.tsx'
import { Keys } from './shell/keys.tsx'
import { followNavigation } from './shell/navigation.ts'
import { Notices } from './shell/notices.tsx'
import { useSettled } from './shell/settled.ts'
import { Broken, NotFound, PageLoading, Unready } from './shell/states.tsx'
import { Status } from './shell/status.tsx'

const within = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`)

export function App(props: RouteSectionProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const row = core.feed.row('community', () => communityId)
  const community = (): CommunityRow | null => row()?.data ?? core.session.info().community
  const asksToSignIn = (): boolean =>
    core.session.info().ready && !isMember(core.session.viewer()) && !within(location.pathname, '/sign-in')
  followNavigation()
  const settled = useSettled()
  createEffect(() => {
    // Where this fails, the page that needs them says so.
    if (settled()) void restOfWords().catch(() => {})
  })
  useBeforeLeave((leaving) => {
    if (typeof leaving.to === 'number') return
    beginAnew()
    const isOwn = leaving.options?.replace && String(leaving.to).split(/[?#]/)[0] === location.pathname
    if (isOwn || !isCovered()) return
    leaving.preventDefault()
    afterUncovering(() => leaving.retry(true))
  })

  const main = usePlaces('main')
  const header = usePlaces('header')
  const [mine, admin] = [usePlaces('me'), usePlaces('admin')]
  const isAt = (place: ShownPlace): boolean => {
    if (place.href === '/') return location.pathname === '/'
    const led = place.href === '/me' ? [...mine(), ...admin()].map((other) => other.href) : []
    return [place.href, ...(place.under ?? []), ...led].some((path) => within(location.pathname, path))
  }
  const news = (place: ShownPlace): string | undefined =>
    place.waiting() > 0 ? t('app.waiting_there', { count: place.waiting() }) : undefined
  const shownPlaces = (): Place[] =>
    main().map((place) => ({
      href: place.href,
      label: t(place.word),
      icon: place.icon,
      current: isAt(place),
      news: news(place),
    }))

  const signInHref = (): string =>
    within(location.pathname, '/sign-in')
      ? '/sign-in'
      : `/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`

  return (
    <>
      <Shell
        brand={community()?.name ?? 'Lyceum'}
        brandHref="/"
        navLabel={t('app.nav')}
        skipLabel={t('app.skip')}
        places={shownPlaces()}
        status={<Status />}
        notices={
          <>
            <Notices signInHref={signInHref()} />
            <For each={Object.keys(core.registry.features)}>
              {(name) => <Panel name={`${name}.notice`} />}
            </For>
          </>
        }
        actions={
          <>
            <For each={header()}>
              {(place) => (
                <IconLink
                  href={place.href}
                  icon={place.icon}
                  label={[t(place.word), news(place)].filter(Boolean).join(', ')}
                  count={place.waiting()}
                  current={isAt(place)}
                />
              )}
            </For>
            <Show when={!isMember(core.session.viewer())}>
              <AppearanceButton />
            </Show>
            <Show when={asksToSignIn()}>
              <LinkButton small variant="primary" href={signInHref()}>
                {t('app.sign_in')}
              </LinkButton>
            </Show>
          </>
        }
      >
        <Body>{props.children}</Body>
      </Shell>
      <Show when={settled()}>
        <For each={Object.keys(core.registry.features)}>{(name) => <Panel name={`${name}.following`} />}</For>
      </Show>
      <Keys />
      <InstallCard />
    </>
  )
}

/** The page, or what stands in its place. */
function Body(props: { children: JSX.Element }): JSX.Element {
  const core = useCore()
  const location = useLocation()
  const matches = useCurrentMatches()
  const [search] = useSearchParams()
  const main = usePlaces('main')
  /** Of a feature that the community does not use. */
  const isAbsent = (): boolean =>
    matches().some((match) => match.route.info !== undefined && !core.uses(String(match.route.info.feature)))
  // With the token of the setup link, and only then, an empty community has a page.
  const settingUp = (): boolean => location.pathname === '/setup' && Boolean(search.token)
  return (
    <Switch
      fallback={
        <ErrorBoundary fallback={(error, reset) => <Broken error={error} reset={reset} />}>
          <Suspense fallback={<PageLoading />}>
            <InWords>{props.children}</InWords>
          </Suspense>
        </ErrorBoundary>
      }
    >
      <Match when={!core.session.info().ready && !settingUp()}>
        <Unready />
      </Match>
      <Match when={location.pathname === '/' && isAbsent() && main()[0]}>
        {(first) => <Navigate href={first().href} />}
      </Match>
      <Match when={matches().length === 0 || isAbsent()}>
        <NotFound />
      </Match>
    </Switch>
  )
}

/**
 * Home's words come with the frame's; other pages wait for theirs. Whether they wait is decided by navigation alone: a
 * source that another signal takes back while the page is changing leaves the page that was there.
 */
function InWords(props: { children: JSX.Element }): JSX.Element {
  const location = useLocation()
  const isElsewhere = (): boolean => location.pathname !== '/'
  const [words] = createResource(isElsewhere, () => hasAllWords() || restOfWords().then(() => true))
  return <Show when={!isElsewhere() || words()}>{props.children}</Show>
}

/** Language and theme, for whoever has no profile to keep them in. */
function AppearanceButton(): JSX.Element {
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  return (
    <>
      <IconButton icon={LanguagesIcon} label={t('app.settings')} onClick={() => setOpen(true)} />
      <Dialog
        open={open()}
        onClose={() => setOpen(false)}
        title={t('app.settings')}
        closeLabel={t('app.close')}
      >
        <Panel name="accounts.appearance" />
      </Dialog>
    </>
  )
}
