/** `/me/portrait`: the group of readers that one is nearest to, why, and what one wants to do about it. */
import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { SparklesIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Card,
  EmptyState,
  Muted,
  Page,
  Row,
  Section,
  Skeleton,
  Stack,
  Tag,
  Tags,
} from '#client/ui/index.ts'
import { stableFrom } from '#shared/recommend/portrait.ts'
import { GroupItems } from './group-items.tsx'
import { type PortraitFound, useOwnPortrait, usePortraitChoice } from './own-portrait.ts'
import { type Shelf, useShelf } from './shelf.ts'

export function PortraitPage(): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  useTitle(() => t('recommendations.portrait'))
  const shelf = useShelf()
  const { choice, choose } = usePortraitChoice()
  const found = useOwnPortrait(shelf, choice)
  const now = (): number => Date.now() + core.session.clockOffset()
  return (
    <Page
      title={t('recommendations.portrait')}
      lead={t('recommendations.portrait_lead')}
      width="text"
      back={{ href: '/me', label: t('accounts.me') }}
    >
      <Show
        when={!choice().hidden}
        fallback={
          <Section title={t('recommendations.portrait_hidden')}>
            <Row>
              <Button onClick={() => choose({ hidden: false })}>{t('recommendations.portrait_show')}</Button>
            </Row>
          </Section>
        }
      >
        <Show when={found()} fallback={<Skeleton label={t('recommendations.portrait_loading')} lines={6} />}>
          {(known) => <Found found={known()} shelf={shelf()} />}
        </Show>
        <Stack gap="snug">
          <Muted>{t('recommendations.portrait_how')}</Muted>
          <Show when={choice().since > 0}>
            <Muted>{t('recommendations.portrait_since', { date: date(choice().since) })}</Muted>
          </Show>
          <Row>
            <Button onClick={() => choose({ since: now() })}>{t('recommendations.portrait_reset')}</Button>
            <Show when={choice().since > 0}>
              <Button onClick={() => choose({ since: 0 })}>{t('recommendations.portrait_all')}</Button>
            </Show>
            <Button variant="quiet" onClick={() => choose({ hidden: true })}>
              {t('recommendations.portrait_hide')}
            </Button>
          </Row>
        </Stack>
      </Show>
    </Page>
  )
}

type Known = Extract<PortraitFound, { state: 'found' }>

function Found(props: { found: PortraitFound; shelf: Shelf | undefined }): JSX.Element {
  const { t } = useI18n()
  const known = (): Known | undefined => (props.found.state === 'found' ? props.found : undefined)
  return (
    <Switch>
      <Match when={known()}>{(own) => <Portrait known={own()} shelf={props.shelf} />}</Match>
      <Match when={props.found.state === 'no groups'}>
        <Section title={t('recommendations.portrait_none')} hint={t('recommendations.portrait_none_few')}>
          {undefined}
        </Section>
      </Match>
      <Match when={props.found.state === 'no history'}>
        <EmptyState icon={SparklesIcon} title={t('recommendations.portrait_none')}>
          {t('recommendations.portrait_none_history')}
        </EmptyState>
      </Match>
    </Switch>
  )
}

function Portrait(props: { known: Known; shelf: Shelf | undefined }): JSX.Element {
  const { t, lang } = useI18n()
  const group = () => props.known.portraits.groups[props.known.own.group]!
  const why = (): string =>
    new Intl.ListFormat(lang() === 'zh' ? 'zh-CN' : 'en-GB').format(props.known.own.why.slice(0, 4))
  const others = createMemo(() =>
    props.known.portraits.groups
      .map((one, i) => ({ tags: one.tags, near: props.known.own.nearness[i]!, i }))
      .filter(({ i }) => i !== props.known.own.group)
      .sort((a, b) => b.near - a.near),
  )
  const percent = (share: number): string =>
    new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 }).format(share)
  return (
    <>
      <Section title={t('recommendations.portrait_like')}>
        <Card>
          <Stack gap="snug">
            <Tags>
              <For each={group().tags}>{(tag) => <Tag>{tag}</Tag>}</For>
            </Tags>
            <Muted>
              <Show when={props.known.own.why.length > 0} fallback={t('recommendations.portrait_kinds')}>
                {t('recommendations.portrait_why')} {t('recommendations.portrait_why_tag', { tags: why() })}
              </Show>
            </Muted>
          </Stack>
        </Card>
      </Section>
      <Show when={props.known.portraits.stability < stableFrom}>
        <Muted>{t('recommendations.portrait_loose')}</Muted>
      </Show>
      <Section title={t('recommendations.portrait_they')}>
        <GroupItems items={group().items} shelf={props.shelf} label={t('recommendations.portrait_they')} />
      </Section>
      <Section title={t('recommendations.portrait_others')}>
        <Stack gap="snug">
          <For each={others()}>
            {(other) => (
              <Row gap="snug">
                <Tags>
                  <For each={other.tags.slice(0, 4)}>{(tag) => <Tag>{tag}</Tag>}</For>
                </Tags>
                <Muted>{t('recommendations.portrait_near', { percent: percent(other.near) })}</Muted>
              </Row>
            )}
          </For>
        </Stack>
      </Section>
    </>
  )
}
