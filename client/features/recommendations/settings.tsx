/** What a member decides about their recommendations, in honest words: what is computed where, and what is sent. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CloseIcon } from '#client/ui/icons.tsx'
import { Button, Checkbox, createConfirm, Muted, Row, Section, Stack } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { type Interests, useInterests } from './interests.ts'
import { NewestAct } from './newest-act.tsx'
import styles from './recommendations.module.css'
import { forgetLooks } from './sharing.ts'
import { type Shelf, useShelf } from './shelf.ts'
import { InterestsState, Topics } from './topic-toggles.tsx'
import { topicsOf } from './topics.ts'

const topicsShown = 40

export function Settings(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const shelf = useShelf()
  const interests = useInterests()
  return (
    <Section
      title={t('recommendations.settings')}
      hint={t('recommendations.settings_hint')}
      id="recommendations"
    >
      <Stack gap="loose">
        <Show when={isMember(core.session.viewer())}>
          <Sharing />
        </Show>
        <Show when={shelf()}>{(known) => <Wanted shelf={known()} interests={interests} />}</Show>
        <Unwanted interests={interests} />
        <Show when={isMember(core.session.viewer())}>
          <Checkbox
            label={t('recommendations.here')}
            hint={t('recommendations.here_hint')}
            checked={interests.here()}
            disabled={interests.tags() === undefined}
            onChange={(on) => interests.keepHere(on)}
          />
        </Show>
        <Forgetting interests={interests} />
      </Stack>
    </Section>
  )
}

function Sharing(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = core.feed.row('sharing', () => core.session.viewer().id ?? undefined)
  const isOn = (): boolean => row()?.data.on ?? false
  return (
    <Stack gap="snug">
      <Checkbox
        label={t('recommendations.share')}
        hint={t('recommendations.share_hint')}
        checked={isOn()}
        onChange={(on) => void core.commands.send('recommendations.set_sharing', { on })}
      />
      <Row gap="snug">
        <Muted>
          {isOn()
            ? t('recommendations.shared_items', { count: row()?.data.items ?? 0 })
            : t('recommendations.shared_none')}
        </Muted>
        <NewestAct name="recommendations.set_sharing" />
      </Row>
    </Stack>
  )
}

function Wanted(props: { shelf: Shelf; interests: Interests }): JSX.Element {
  const { t } = useI18n()
  const hasTopics = (): boolean => topicsOf(props.shelf, props.interests.tags() ?? new Map(), 1).length > 0
  return (
    <Show when={hasTopics()}>
      <Stack gap="snug">
        <h3 class={styles.heading}>{t('recommendations.topics')}</h3>
        <Topics shelf={props.shelf} interests={props.interests} most={topicsShown} />
      </Stack>
    </Show>
  )
}

function Unwanted(props: { interests: Interests }): JSX.Element {
  const { t } = useI18n()
  const unwanted = createMemo(() =>
    [...(props.interests.tags() ?? [])].flatMap(([tag, opinion]) => (opinion === -1 ? [tag] : [])).sort(),
  )
  const hidden = (): number => props.interests.hidden()?.size ?? 0
  function showAgain(): void {
    for (const item of props.interests.hidden()?.keys() ?? []) props.interests.hide(item, false)
  }
  return (
    <Show when={unwanted().length > 0 || hidden() > 0}>
      <Stack gap="snug">
        <h3 class={styles.heading}>{t('recommendations.unwanted')}</h3>
        <Show when={unwanted().length > 0}>
          <Row gap="snug">
            <For each={unwanted()}>
              {(tag) => (
                <Button
                  small
                  variant="soft"
                  aria-label={t('recommendations.topic_back', { tag })}
                  onClick={() => props.interests.judge(tag, 0)}
                >
                  {tag}
                  <CloseIcon />
                </Button>
              )}
            </For>
          </Row>
        </Show>
        <Show when={hidden() > 0}>
          <Row>
            <Muted>{t('recommendations.hidden_items', { count: hidden() })}</Muted>
            <Button small onClick={showAgain}>
              {t('recommendations.hidden_back')}
            </Button>
          </Row>
        </Show>
        <InterestsState interests={props.interests} />
      </Stack>
    </Show>
  )
}

function Forgetting(props: { interests: Interests }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [done, setDone] = createSignal(false)
  async function forget(): Promise<void> {
    const sure = await confirm.ask({
      title: t('recommendations.forget'),
      text: t('recommendations.forget_text'),
      confirm: t('recommendations.forget_confirm'),
      cancel: t('recommendations.cancel'),
      danger: true,
    })
    if (!sure) return
    props.interests.reset()
    await forgetLooks(core)
    setDone(true)
  }
  return (
    <Stack gap="snug">
      <Row>
        <Button onClick={() => void forget()}>{t('recommendations.forget')}</Button>
        <span aria-live="polite">
          <Show when={done()}>
            <Muted>{t('recommendations.forgotten')}</Muted>
          </Show>
        </span>
      </Row>
      <confirm.View />
    </Stack>
  )
}
