/** A certificate, for its holder and for whoever checks it. The holder's own needs no server. */
import { useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { AwardIcon, OfflineIcon } from '#client/ui/icons.tsx'
import { Badge, Banner, Button, createConfirm, EmptyState, Page, Row, Skeleton } from '#client/ui/index.ts'
import { communityId } from '#shared/features/accounts.ts'
import type { CertificateRow, CertificateView } from '#shared/features/course-certificates.ts'
import { coursePath } from '#shared/features/courses.ts'
import styles from './certificate.module.css'

export function CertificatePage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ id: string }>()
  useTitle(() => t('certificates.title'))
  const row = core.feed.row('certificates', () => params.id)
  const member = core.feed.row('members', () => row()?.data.memberId)
  const community = core.feed.row('community', () => communityId)
  const course = core.feed.row('courses', () => row()?.data.courseId)
  const [asked, setAsked] = createSignal<CertificateView | null>()
  createEffect(() => {
    const { id } = params
    if (row() === null && core.feed.ready() && core.connection().online) {
      void core.queries.ask('courses.certificate', { id }).then((answer) => {
        if (answer.ok || answer.error.code !== 'unavailable') setAsked(answer.ok ? answer.value : null)
      })
    }
  })
  const view = createMemo((): CertificateView | null | undefined => {
    const own = row()?.data
    if (!own) return asked()
    // A certificate without a name on it certifies nothing: it is drawn once that is here.
    if (!member() || !community()) return undefined
    const { title, lang, at, revokedAt } = own
    return {
      title,
      lang,
      at,
      revokedAt,
      name: member()?.data.name ?? '',
      community: community()?.data.name ?? '',
    }
  })
  return (
    <Page
      width="text"
      {...(course() ? { back: { href: coursePath(course()!.data), label: t('certificates.back') } } : {})}
    >
      <Switch fallback={<Skeleton label={t('certificates.loading')} lines={6} />}>
        <Match when={view()}>
          {(known) => (
            <>
              <Sheet view={known()} />
              <Show when={row()} fallback={<p class={styles.state}>{t('certificates.checked')}</p>}>
                {(own) => <Holding id={own().id} certificate={own().data} />}
              </Show>
            </>
          )}
        </Match>
        <Match when={view() === null}>
          <EmptyState icon={AwardIcon} title={t('certificates.unknown')}>
            {t('certificates.unknown_text')}
          </EmptyState>
        </Match>
        <Match when={!core.connection().online && row() === null}>
          <EmptyState icon={OfflineIcon} title={t('certificates.offline')} />
        </Match>
      </Switch>
    </Page>
  )
}

function Sheet(props: { view: CertificateView }): JSX.Element {
  const { t, date } = useI18n()
  return (
    <article class={styles.sheet} data-certificate>
      <p class={styles.community}>{props.view.community}</p>
      <h1 class={styles.title}>{t('certificates.title')}</h1>
      <p class={styles.small}>{t('certificates.lead')}</p>
      <p class={styles.name}>{props.view.name}</p>
      <p class={styles.small}>{t('certificates.has_completed')}</p>
      <p class={styles.course} lang={props.view.lang}>
        {props.view.title}
      </p>
      <p class={styles.small}>{t('certificates.completed_on', { date: date(props.view.at, 'day') })}</p>
      <Show
        when={props.view.revokedAt === null}
        fallback={
          <Banner inline tone="danger">
            {t('certificates.revoked', { community: props.view.community })}
          </Banner>
        }
      >
        <p class={styles.valid}>
          <AwardIcon />
          {t('certificates.valid', { community: props.view.community })}
        </p>
      </Show>
      <p class={styles.address}>{location.href.replace(/[?#].*$/, '')}</p>
    </article>
  )
}

/** What its holder can do with it. */
function Holding(props: { id: string; certificate: CertificateRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [copied, setCopied] = createSignal(false)
  const entry = createMemo(() => {
    const wanted = props.id
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.show_certificate' && input.id === wanted)
  })
  const copy = (): void => {
    void navigator.clipboard.writeText(location.href).then(() => setCopied(true))
  }
  const show = (on: boolean): void =>
    void core.commands.send('courses.show_certificate', { id: props.id, on })
  const hide = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('certificates.hide_ask'),
      text: t('certificates.hide_text'),
      confirm: t('certificates.hide'),
      cancel: t('certificates.cancel'),
    })
    if (sure) show(false)
  }
  return (
    <div class={styles.holding}>
      <Undecided entry={entry()} />
      <Row gap="snug">
        <Button variant="primary" onClick={() => window.print()}>
          {t('certificates.print')}
        </Button>
        <Show
          when={props.certificate.shown}
          fallback={<Button onClick={() => show(true)}>{t('certificates.show')}</Button>}
        >
          <Button onClick={copy}>{t(copied() ? 'certificates.copied' : 'certificates.copy')}</Button>
          <Button variant="quiet" onClick={() => void hide()}>
            {t('certificates.hide')}
          </Button>
        </Show>
        <Show when={!needsDecision(entry())}>
          <ActWord entry={entry()} />
        </Show>
      </Row>
      <p class={styles.state}>
        {t(props.certificate.shown ? 'certificates.is_shown' : 'certificates.is_hidden')}
      </p>
      <confirm.View />
    </div>
  )
}

/** In the report of a course: revoke one, or let it count again. */
export function Revoking(props: {
  certificate: { id: string; revoked: boolean }
  name: string
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const entry = createMemo(() => {
    const { id } = props.certificate
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.revoke_certificate' && input.id === id)
  })
  /** The report is not asked for again while an act is on its way. */
  const [said, setSaid] = createSignal<boolean>()
  const isRevoked = (): boolean => said() ?? props.certificate.revoked
  const set = async (on: boolean): Promise<void> => {
    if (on) {
      const sure = await confirm.ask({
        title: t('certificates.revoke_ask'),
        text: t('certificates.revoke_text'),
        confirm: t('certificates.revoke_word'),
        cancel: t('certificates.cancel'),
        danger: true,
      })
      if (!sure) return
    }
    await core.commands.send('courses.revoke_certificate', { id: props.certificate.id, on })
    setSaid(on)
  }
  return (
    <>
      <Show
        when={isRevoked()}
        fallback={
          <Button
            small
            variant="quiet"
            aria-label={t('certificates.revoke', { name: props.name })}
            onClick={() => void set(true)}
          >
            {t('certificates.revoke_word')}
          </Button>
        }
      >
        <Button
          small
          variant="quiet"
          aria-label={t('certificates.restore', { name: props.name })}
          onClick={() => void set(false)}
        >
          {t('certificates.restore_word')}
        </Button>
      </Show>
      <Show when={needsDecision(entry())}>
        <Badge tone="danger">{t('core.state_refused')}</Badge>
      </Show>
      <confirm.View />
    </>
  )
}
