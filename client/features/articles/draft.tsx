/** Where an article is written: its title, its text together with co-authors, its details, and the way to readers. */
import { useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, Match, onCleanup, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { DocHandle } from '#client/core/docs.ts'
import { bodyOf } from '#client/core/feature.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { DocWord, Undecided } from '#client/parts/act.tsx'
import { createAddingPictures, PicturesWaiting } from '#client/parts/adding-pictures.tsx'
import { KeptWords } from '#client/parts/kept-words.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { hasTopHeading } from '#client/parts/reading-text.tsx'
import { RefusedText } from '#client/parts/refused-text.tsx'
import { EditIcon, OfflineIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  createConfirm,
  Editor,
  EmptyState,
  hueOf,
  LinkButton,
  Page,
  Row,
  Skeleton,
  Split,
  Stack,
} from '#client/ui/index.ts'
import { articleIdOf, type DraftRow, draftRoom } from '#shared/features/articles.ts'
import styles from './articles.module.css'
import { DraftAuthors } from './draft-authors.tsx'
import { createDetails, DraftDetails, TitleField } from './draft-details.tsx'
import { PreviewEnd } from './preview-end.tsx'
import { Publish, Published } from './publish.tsx'

export function DraftPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ id: string }>()
  const draft = core.feed.row('drafts', () => params.id)
  useTitle(() => draft()?.data.title || t('articles.draft_untitled'))
  const started = createMemo(() =>
    core.commands
      .entries()
      .find((entry) => entry.name === 'articles.start_draft' && entry.input.id === params.id),
  )
  const id = createMemo(() => draft()?.id)
  return (
    <Show
      when={id()}
      keyed
      fallback={
        <Page width="text" back={{ href: '/write', label: t('articles.back_drafts') }}>
          <Undecided entry={started()} />
          <Show
            when={draft() === null && core.feed.ready()}
            fallback={<Skeleton label={t('articles.draft_opening')} lines={8} />}
          >
            <EmptyState
              icon={EditIcon}
              title={t('articles.draft_gone')}
              actions={<LinkButton href="/write">{t('articles.back_drafts')}</LinkButton>}
            >
              {t('articles.draft_gone_text')}
            </EmptyState>
            <KeptWords room={draftRoom(params.id)} />
          </Show>
        </Page>
      }
    >
      {(_id) => <Draft draft={draft()!} starting={started() !== undefined} />}
    </Show>
  )
}

function Draft(props: { draft: Stored<DraftRow>; starting: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const confirm = createConfirm()
  const handle = core.docs.use(() => draftRoom(props.draft.id))
  // The page is keyed by the draft.
  // eslint-disable-next-line solid/reactivity
  const details = createDetails(props.draft.id, () => props.draft.data)

  const discard = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('articles.discard_ask'),
      text: t('articles.discard_text'),
      confirm: t('articles.discard'),
      cancel: t('articles.cancel'),
      danger: true,
    })
    if (!sure) return
    await core.commands.send('articles.discard_draft', { id: props.draft.id })
    navigate('/write')
  }
  const bodyText = (): string => {
    const open = handle()
    return open ? bodyOf(open.doc).toString() : ''
  }
  return (
    <Page
      width="wide"
      back={{ href: '/write', label: t('articles.back_drafts') }}
      beside={<Publish draft={props.draft.data} details={details} body={bodyText} />}
    >
      <h1 class="visually-hidden">{props.draft.data.title || t('articles.draft_untitled')}</h1>
      <Split
        aside={
          <Stack gap="loose">
            <Panel name="moderation.held" about={props.draft.id} />
            <Published draft={props.draft.data} />
            <DraftDetails details={details} />
            <PreviewEnd opening={details.values().opening} handle={handle()} />
            <DraftAuthors draft={props.draft.data} />
            <Row>
              <Button variant="quiet" small onClick={() => void discard()}>
                {t('articles.discard')}
              </Button>
            </Row>
          </Stack>
        }
      >
        <TitleField details={details} />
        <div class={styles.writing}>
          <Body draft={props.draft.data} starting={props.starting} handle={handle()} />
          <Show when={!props.starting}>
            <Panel name="media.editor" subject={`article:${articleIdOf(props.draft.data)}`} />
          </Show>
        </div>
      </Split>
      <confirm.View />
    </Page>
  )
}

interface BodyProps {
  draft: DraftRow
  /** The server does not have the draft yet. */
  starting: boolean
  handle: DocHandle | undefined
}

function Body(props: BodyProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const me = core.feed.row('members', () => core.session.viewer().id ?? undefined)
  /** A revision begins with the article's text, which the server puts in: whoever wrote before that would write beside it. */
  const isPreparing = (): boolean =>
    props.starting && props.draft.articleId !== null && props.draft.articleId !== props.draft.id
  const isHere = (): boolean =>
    props.handle?.present() === true || (props.starting && props.handle?.loaded() === true)
  // What the server does not know of at all is on this device, however little it is.
  const state = () => (props.starting ? 'device' : (props.handle?.state() ?? 'loading'))
  const adding = createAddingPictures()
  const [text, setText] = createSignal('')
  createEffect(() => {
    const body = props.handle && isHere() ? bodyOf(props.handle.doc) : undefined
    const show = (): void => {
      setText(body?.toString() ?? '')
    }
    show()
    body?.observe(show)
    onCleanup(() => body?.unobserve(show))
  })
  const pictures = usePictures(text)
  return (
    <Switch fallback={<Skeleton label={t('articles.draft_opening')} lines={8} />}>
      <Match when={isPreparing() && !props.handle?.present()}>
        <Banner inline tone="info">
          {t('articles.draft_preparing')}
        </Banner>
      </Match>
      <Match when={isHere() && props.handle}>
        {(handle) => (
          <Stack gap="snug">
            <RefusedText handle={handle()} />
            <Editor
              text={bodyOf(handle().doc)}
              awareness={handle().awareness}
              user={{ name: me()?.data.name ?? '', color: hueOf(core.session.viewer().id ?? '') }}
              label={t('articles.body')}
              labels={editorLabels(t)}
              placeholder={t('articles.body_placeholder')}
              lang={props.draft.lang}
              onPictures={adding.add}
              markdown={{
                labels: markdownLabels(t),
                lang: props.draft.lang,
                serif: true,
                headingShift: hasTopHeading(text()) ? 1 : 0,
                resolveImage: pictures.resolve,
              }}
            />
            <PicturesWaiting text={text()} />
            <adding.View />
            <Row between>
              <DocWord state={state()} />
            </Row>
          </Stack>
        )}
      </Match>
      <Match when={props.handle?.loaded() && !core.connection().online}>
        <EmptyState icon={OfflineIcon} title={t('articles.draft_absent')}>
          {t('articles.draft_absent_text')}
        </EmptyState>
      </Match>
    </Switch>
  )
}
