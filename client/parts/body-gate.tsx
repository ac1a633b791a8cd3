/**
 * Before the body of an item that not everybody may open: an article's text, a lesson's. The body's own row decides (see
 * shared/core/opening.ts): without it there is the author's preview and what one can do about it, with it the body, while
 * the device's lease (client/core/lease.ts) holds:
 *
 *   const text = core.feed.row('lesson_texts', () => lessonId)
 *   <BodyGate item={`course:${courseId}`} opening={course.opening} text={text()} …>the document</BodyGate>
 *
 * Whoever draws what is locked in another way puts only `LeaseGate` before the body.
 */
import { type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel, panelOf } from '#client/core/panels.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { EmptyState, LinkButton, Markdown, Skeleton, Stack } from '#client/ui/index.ts'
import type { Opening } from '#shared/core/opening.ts'
import { markdownLabels } from './labels.ts'
import { LeaseGate } from './lease.tsx'
import styles from './parts.module.css'
import { usePictures } from './pictures.ts'

export interface BodyGateProps {
  /** What one buys to open it, as in `openTo`: `article:<id>`, `course:<id>`. */
  item: string
  /** Of the item. */
  title: string
  opening: Opening
  /** Markdown; '' without one. */
  preview: string
  lang?: string
  /** The body's row, as `core.feed.row` gives it: `undefined` while loading, `null` when it is not there. */
  text: object | null | undefined
  /** The member's own: never locked. */
  own?: boolean
  /** The body. Drawn when it may be opened, and not before. */
  children: JSX.Element
}

export function BodyGate(props: BodyGateProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  return (
    <Switch>
      <Match when={props.own || props.text}>
        <LeaseGate
          opening={props.opening}
          item={props.item}
          own={props.own === true}
          preview={<Preview text={props.preview} lang={props.lang} />}
        >
          {props.children}
        </LeaseGate>
      </Match>
      <Match when={props.text !== null || !core.feed.ready()}>
        <Skeleton label={t('core.body_loading')} lines={10} />
      </Match>
      <Match when={true}>
        <Stack gap="loose">
          <Preview text={props.preview} lang={props.lang} />
          <Show when={panelOf(core, 'memberships.locked')} fallback={<Locked />}>
            <Panel name="memberships.locked" item={props.item} title={props.title} opening={props.opening} />
          </Show>
        </Stack>
      </Match>
    </Switch>
  )
}

function Preview(props: { text: string; lang: string | undefined }): JSX.Element {
  const { t } = useI18n()
  const pictures = usePictures(() => props.text)
  return (
    <Show when={props.text !== '' && pictures.ready()}>
      <section class={styles.preview} aria-label={t('core.body_preview')}>
        <Markdown
          text={props.text}
          labels={markdownLabels(t)}
          {...(props.lang ? { lang: props.lang } : {})}
          serif
          headingShift={1}
          resolveImage={pictures.resolve}
        />
      </section>
    </Show>
  )
}

/** Where nobody sells anything. */
function Locked(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const isGuest = (): boolean => core.session.viewer().id === null
  return (
    <EmptyState
      icon={LockIcon}
      title={t('core.body_locked')}
      actions={
        <Show when={isGuest()}>
          <LinkButton variant="primary" href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
            {t('core.sign_in')}
          </LinkButton>
        </Show>
      }
    >
      {t(isGuest() ? 'core.body_locked_guest' : 'core.body_locked_text')}
    </EmptyState>
  )
}
