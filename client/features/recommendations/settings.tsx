/** What a member decides about their recommendations, in honest words: what is computed where, and what is sent. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import type { OwnScope } from '#client/parts/own-scope.ts'
import { Button, Checkbox, createConfirm, Muted, RadioGroup, Row, Section, Stack } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { Decided } from './decided.tsx'
import { type Interests, useInterests } from './interests.ts'
import { NewestAct } from './newest-act.tsx'
import styles from './recommendations.module.css'
import { forgetLooks } from './sharing.ts'
import { type Shelf, useShelf } from './shelf.ts'
import { Topics } from './topic-toggles.tsx'
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
        <Decided shelf={shelf()} interests={interests} />
        <Show when={isMember(core.session.viewer())}>
          <OwnDevices interests={interests} />
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

/** What its member's devices share with each other, through a server that could read it. */
function OwnDevices(props: { interests: Interests }): JSX.Element {
  const { t } = useI18n()
  const isReady = (): boolean => props.interests.scope() !== undefined && props.interests.tags() !== undefined
  const option = (value: OwnScope) => ({
    value,
    label: t(`recommendations.scope_${value}`),
    hint: t(`recommendations.scope_${value}_hint`),
    disabled: !isReady(),
  })
  return (
    <RadioGroup
      label={t('recommendations.scope')}
      hint={t('recommendations.scope_hint')}
      options={[option('nothing'), option('choices'), option('reading')]}
      value={props.interests.scope() ?? ''}
      onChange={(value) => void props.interests.share(value as OwnScope)}
    />
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
    await props.interests.reset()
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
