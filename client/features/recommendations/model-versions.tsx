/** Every version that is known: why it serves, is kept or was refused, what it cost, and the way back to it. */
import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Badge, Button, Card, createConfirm, Meta, Muted, Row, Section, Stack } from '#client/ui/index.ts'
import type { ModelStateRow, ModelVersionRow } from '#shared/features/recommendation-models.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './model.module.css'
import { NewestAct } from './newest-act.tsx'

const shownVersions = 20

export function ModelVersions(props: { state: ModelStateRow; versions: ModelVersionRow[] }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  async function use(version: string): Promise<void> {
    const agreed = await confirm.ask({
      title: t('models.use_title'),
      text: t('models.use_text'),
      confirm: t('models.use_confirm'),
      cancel: t('models.cancel'),
    })
    if (agreed) await core.commands.send('recommendations.roll_back', { version })
  }
  return (
    <Section title={t('models.versions')} hint={t('models.versions_hint')}>
      <NewestAct name="recommendations.roll_back" />
      <div class={styles.versions}>
        <For each={props.versions.slice(0, shownVersions)}>
          {(version) => (
            <Version version={version} state={props.state} onUse={() => void use(version.version)} />
          )}
        </For>
      </div>
      <confirm.View />
    </Section>
  )
}

function Version(props: { version: ModelVersionRow; state: ModelStateRow; onUse: () => void }): JSX.Element {
  const { t, date, number } = useI18n()
  const serves = (): boolean => props.version.version === props.state.serving
  const standing = (): { word: WordKey; tone: 'accent' | 'warn' | 'neutral' } => {
    if (serves())
      return props.state.pinned === props.version.version
        ? { word: 'models.state_pinned', tone: 'accent' }
        : { word: 'models.state_serving', tone: 'accent' }
    return {
      word: `models.state_${props.version.state}`,
      tone: props.version.state === 'refused' ? 'warn' : 'neutral',
    }
  }
  return (
    <Card>
      <Stack gap="tight">
        <Row between>
          <strong>
            {date(props.version.at, 'short')} {date(props.version.at, 'time')}
          </strong>
          <Badge tone={standing().tone}>{t(standing().word)}</Badge>
        </Row>
        <Meta>
          <span>
            {t(`models.made_${props.version.made}`)}, {t(`models.asked_${props.version.asked}`)}
          </span>
          <code>{props.version.version.slice(0, 8)}</code>
          <span>
            {t('models.items')}: {number(props.version.items)}
          </span>
        </Meta>
        <For each={reasons(props.version)}>
          {(reason) => <p class={styles.why}>{t(reason.word, said(reason.params, t))}</p>}
        </For>
        <Show when={props.version.source === 'content'}>
          <Muted>{t('models.by_content')}</Muted>
        </Show>
        <Show when={props.version.source === 'members' && props.version.method}>
          {(method) => (
            <Muted>
              {t('models.method', {
                method: t(`models.method_${method()}`),
                dimensions: number(props.version.dimensions),
              })}{' '}
              <For each={props.version.tried ?? []}>
                {(one) => (
                  <>
                    {t('models.tried', {
                      method: t(`models.method_${one.method}`),
                      count: number(one.settings),
                      best: one.ndcg10.toFixed(3),
                    })}{' '}
                  </>
                )}
              </For>
            </Muted>
          )}
        </Show>
        <Row between>
          <Muted>
            {t('models.cost', {
              seconds: number(Math.max(1, Math.round(props.version.cost.seconds))),
              megabytes: number(Math.round(props.version.cost.megabytes)),
              size: number(Math.max(1, Math.round(props.version.bytes / 1000))),
            })}
          </Muted>
          <Show
            when={props.version.here}
            fallback={
              <Show when={props.version.state !== 'refused'}>
                <Muted>{t('models.file_gone')}</Muted>
              </Show>
            }
          >
            <Show when={!serves()}>
              <Button small onClick={() => props.onUse()}>
                {t('models.use')}
              </Button>
            </Show>
          </Show>
        </Row>
      </Stack>
    </Card>
  )
}

interface Why {
  word: WordKey
  params?: Record<string, string | number>
}

/** The gate's verdict in words. */
function reasons({ made, verdict, against }: ModelVersionRow): Why[] {
  if (made === 'refresh') return [{ word: 'models.why_refresh' }]
  const compared: Why[] =
    against && verdict.compared === 'yes'
      ? [{ word: 'models.compared_items', params: { count: against.items } }]
      : []
  if (!verdict.passed)
    return [
      ...verdict.found.map(
        ({ reason, is, bound }): Why =>
          reason === 'size'
            ? { word: 'models.why_size' }
            : {
                word: 'models.why_refused',
                params: { reason: `models.reason_${reason}`, is: is.toFixed(3), bound: bound.toFixed(3) },
              },
      ),
      ...compared,
    ]
  if (verdict.compared === 'nothing') return [{ word: 'models.why_first' }]
  if (verdict.compared === 'too_little' || !against) return [{ word: 'models.why_too_little' }]
  return [
    {
      word: `models.why_passed_${against.on}`,
      params: {
        own: against.candidate.ndcg10.toFixed(3),
        old: against.current.ndcg10.toFixed(3),
        count: against.members,
      },
    },
    ...compared,
  ]
}

/** A parameter may be a word of the dictionary itself. */
function said(params: Why['params'], t: (key: WordKey) => string): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('models.') ? t(value as WordKey) : value,
    ]),
  )
}
