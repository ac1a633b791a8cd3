/** `/search`: the question and its filters are the address, so that going back leads to them. */
import { useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, on, onMount, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { SearchIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, ErrorState, Page, Select } from '#client/ui/index.ts'
import { needlesOf } from '#shared/search/query.ts'
import { type Kind, kinds } from '#shared/search/subjects.ts'
import { useCombo } from './combo.ts'
import { type Asked, useFinder } from './finder.ts'
import { lineOf } from './lines.ts'
import { useRecent } from './recent.ts'
import { type Group, Results, SearchField } from './results.tsx'
import styles from './search.module.css'
import { StateLine } from './state-line.tsx'

const spans = { week: 7, month: 31, year: 366 } as const
type Span = keyof typeof spans

interface Params extends Record<string, string | undefined> {
  q?: string
  kind?: string
  tag?: string
  by?: string
  since?: string
}

export function SearchPage(): JSX.Element {
  const { t } = useI18n()
  const [params, setParams] = useSearchParams<Params>()
  const one = (name: keyof Params & string): string | undefined => [params[name] ?? []].flat()[0] || undefined
  const [text, setText] = createSignal(one('q') ?? '')
  useTitle(() => t('search.title'))

  // The address follows what is typed, and what is typed an address that one came back to.
  createEffect(on([() => one('q')], ([asked]) => setText(asked ?? ''), { defer: true }))
  const change = (next: Partial<Params>): void => setParams(next, { replace: true, scroll: false })
  const asked = createMemo(
    (): Asked => ({
      text: text(),
      kind: kinds.find((kind) => kind === one('kind')),
      tag: one('tag'),
      authorId: one('by'),
      days: Object.hasOwn(spans, one('since') ?? '') ? spans[one('since') as Span] : undefined,
    }),
  )
  const finder = useFinder(() => asked())
  const recent = useRecent()
  const opened = (): void => recent.add(text())

  const groups = createMemo((): Group[] => [
    {
      key: 'here',
      label: t('search.here'),
      lines: (finder.here()?.found ?? []).map((found) => lineOf(found, 'here', opened)),
    },
    {
      key: 'elsewhere',
      label: t('search.elsewhere'),
      lines: finder.elsewhere().map((found) => lineOf(found, 'elsewhere', opened)),
    },
  ])
  const keys = createMemo(() => groups().flatMap(({ lines }) => lines.map(({ key }) => key)))
  const combo = useCombo(
    () => keys(),
    () => asked(),
  )
  const isFiltered = (): boolean => ['kind', 'tag', 'by', 'since'].some((name) => one(name) !== undefined)
  const isAsked = (): boolean =>
    needlesOf(text()).length > 0 || one('tag') !== undefined || one('by') !== undefined
  const isDone = (): boolean => finder.here() !== undefined && finder.state() !== 'asking'

  let input!: HTMLInputElement
  onMount(() => input.focus({ preventScroll: true }))

  return (
    <Page title={t('search.title')} lead={isAsked() ? undefined : t('search.lead')} width="text">
      <div class={styles.page}>
        <SearchField
          combo={combo}
          ref={(made) => {
            input = made
          }}
          value={text()}
          expanded={keys().length > 0}
          onInput={(next) => {
            setText(next)
            change({ q: next || undefined })
          }}
          onEscape={() => change({ q: undefined })}
        />
        <Filters one={one} change={change} tags={finder.here()?.tags} authors={finder.here()?.authors} />
        <StateLine finder={finder} />
        <Results combo={combo} groups={groups()} />
        <Show when={finder.broken()}>
          <ErrorState title={t('search.broken')}>{t('search.broken_text')}</ErrorState>
        </Show>
        <Show when={!isAsked()}>
          <EmptyState icon={SearchIcon} title={t('search.begin')}>
            {t('search.begin_text')}
          </EmptyState>
          <RecentTexts texts={recent.texts()} choose={(next) => change({ q: next })} clear={recent.clear} />
        </Show>
        <Show when={isAsked() && isDone() && keys().length === 0 && !finder.broken()}>
          <EmptyState
            icon={SearchIcon}
            title={t('search.none')}
            actions={
              <Show when={isFiltered()}>
                <Button
                  onClick={() => change({ kind: undefined, tag: undefined, by: undefined, since: undefined })}
                >
                  {t('search.unfilter')}
                </Button>
              </Show>
            }
          >
            {t(finder.state() === 'offline' ? 'search.none_offline' : 'search.none_text')}
          </EmptyState>
        </Show>
      </div>
    </Page>
  )
}

interface FiltersProps {
  one: (name: string) => string | undefined
  change: (next: Partial<Params>) => void
  /** To choose from. */
  tags: readonly string[] | undefined
  authors: readonly { id: string; name: string }[] | undefined
}

/** Of tags and authors those that are among the results, and the one that was chosen. */
function Filters(props: FiltersProps): JSX.Element {
  const { t } = useI18n()
  const [names, setNames] = createSignal<ReadonlyMap<string, string>>(new Map())
  createEffect(() => {
    const found = props.authors ?? []
    setNames((known) => new Map([...known, ...found.map(({ id, name }) => [id, name] as const)]))
  })
  const tags = (): string[] => {
    const chosen = props.one('tag')
    return [...new Set([...(chosen === undefined ? [] : [chosen]), ...(props.tags ?? [])])]
  }
  const authors = (): string[] => {
    const chosen = props.one('by')
    return [
      ...new Set([...(chosen === undefined ? [] : [chosen]), ...(props.authors ?? []).map(({ id }) => id)]),
    ]
  }
  const nameOf = (id: string): string => names().get(id) ?? id
  return (
    <div class={styles.filters}>
      <Select
        label={t('search.kind')}
        hideLabel
        value={props.one('kind') ?? ''}
        onChange={(kind) => props.change({ kind: kind || undefined })}
        options={[
          { value: '', label: t('search.any_kind') },
          ...kinds.map((kind: Kind) => ({ value: kind, label: t(`search.${kind}`) })),
        ]}
      />
      <Select
        label={t('search.tag')}
        hideLabel
        value={props.one('tag') ?? ''}
        disabled={tags().length === 0}
        onChange={(tag) => props.change({ tag: tag || undefined })}
        options={[
          { value: '', label: t('search.any_tag') },
          ...tags().map((tag) => ({ value: tag, label: tag })),
        ]}
      />
      <Select
        label={t('search.author')}
        hideLabel
        value={props.one('by') ?? ''}
        disabled={authors().length === 0}
        onChange={(by) => props.change({ by: by || undefined })}
        options={[
          { value: '', label: t('search.any_author') },
          ...authors().map((id) => ({ value: id, label: nameOf(id) })),
        ]}
      />
      <Select
        label={t('search.time')}
        hideLabel
        value={props.one('since') ?? ''}
        onChange={(since) => props.change({ since: since || undefined })}
        options={[
          { value: '', label: t('search.any_time') },
          ...(Object.keys(spans) as Span[]).map((span) => ({ value: span, label: t(`search.${span}`) })),
        ]}
      />
    </div>
  )
}

interface RecentProps {
  texts: readonly string[]
  choose: (text: string) => void
  clear: () => void
}

function RecentTexts(props: RecentProps): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.texts.length > 0}>
      <section class={styles.recent}>
        <h2>{t('search.recent')}</h2>
        <div>
          <For each={props.texts}>
            {(text) => (
              <Button small variant="soft" onClick={() => props.choose(text)}>
                {text}
              </Button>
            )}
          </For>
          <Button small variant="quiet" onClick={() => props.clear()}>
            {t('search.recent_clear')}
          </Button>
        </div>
      </section>
    </Show>
  )
}
