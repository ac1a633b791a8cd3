import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import {
  Button,
  Checkbox,
  Form,
  FormActions,
  RadioGroup,
  Row,
  Section,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import type { Contract } from '#shared/core/contract.ts'
import { usedFeatures } from '#shared/core/modules.ts'
import { communityId } from '#shared/features/accounts.ts'
import { mediaMegabytes as megabytes } from '#shared/features/media.ts'
import {
  presetNames,
  presets,
  type Settings,
  type SignUpPolicy,
  settingsOf,
  signUpPolicies,
} from '#shared/features/setup.ts'
import { ActOf } from './profile.tsx'

/** `/admin/modules` */
export function Modules(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('setup.title'))
  const row = core.feed.row('community', () => communityId)
  return (
    <AdminPage title={t('setup.title')} lead={t('setup.lead')}>
      <Show when={row() !== undefined} fallback={<Skeleton label={t('app.loading')} />}>
        <SettingsForm kept={{ ...settingsOf(row()?.data), mediaMegabytes: row()?.data.mediaMegabytes }} />
      </Show>
    </AdminPage>
  )
}

function SettingsForm(props: { kept: Settings }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [changed, setChanged] = createSignal<Partial<Settings>>({})
  const [sent, setSent] = createSignal<string>()
  const now = createMemo((): Settings => ({ ...props.kept, ...changed() }))
  const change = (part: Partial<Settings>): void => {
    setChanged({ ...changed(), ...part })
  }

  async function save(): Promise<void> {
    const { off, signUp, opening, mediaMegabytes } = now()
    setSent(
      await core.commands.send('accounts.configure_community', {
        off: [...off],
        signUp,
        opening,
        ...(mediaMegabytes === undefined ? {} : { mediaMegabytes }),
      }),
    )
    setChanged({})
  }

  return (
    <Form onSubmit={() => void save()}>
      <Section title={t('setup.begin_from')} hint={t('setup.begin_from_hint')}>
        <Row gap="snug">
          <For each={presetNames}>
            {(name) => (
              <Button small onClick={() => change(presets[name])}>
                {t(`setup.preset_${name}`)}
              </Button>
            )}
          </For>
        </Row>
      </Section>
      <Section title={t('setup.modules')} hint={t('setup.modules_hint')}>
        <ModuleBoxes off={now().off} onChange={(off) => change({ off })} />
      </Section>
      <Section title={t('setup.joining')}>
        <RadioGroup
          hideLabel
          label={t('setup.joining')}
          value={now().signUp}
          onChange={(signUp) => change({ signUp: signUp as SignUpPolicy })}
          options={signUpPolicies.map((policy) => ({
            value: policy,
            label: t(`setup.join_${policy}`),
            hint: t(`setup.join_${policy}_hint`),
          }))}
        />
      </Section>
      <Section title={t('setup.opening')} hint={t('setup.opening_hint')}>
        <RadioGroup
          hideLabel
          label={t('setup.opening')}
          value={now().opening.to}
          onChange={(to) => change({ opening: { to: to as 'public' | 'members' } })}
          options={(['public', 'members'] as const).map((to) => ({
            value: to,
            label: t(`setup.open_${to}`),
            hint: t(`setup.open_${to}_hint`),
          }))}
        />
      </Section>
      <TextInput
        label={t('media.limit')}
        hint={t('media.limit_hint', { most: megabytes.most })}
        type="number"
        inputmode="numeric"
        required
        min={1}
        max={megabytes.most}
        value={now().mediaMegabytes ?? megabytes.usual}
        onInput={(event) => {
          const value = Math.round(event.currentTarget.valueAsNumber)
          if (Number.isFinite(value)) change({ mediaMegabytes: value })
        }}
      />
      <FormActions>
        <Button type="submit" variant="primary">
          {t('setup.save')}
        </Button>
        <ActOf id={sent()} />
      </FormActions>
    </Form>
  )
}

/** One box for each feature that a community can do without. */
function ModuleBoxes(props: { off: readonly string[]; onChange(off: string[]): void }): JSX.Element {
  const core = useCore()
  const { t, say, lang } = useI18n()
  const contracts: Readonly<Record<string, Contract>> = core.registry.contracts
  const used = createMemo(() => usedFeatures(contracts, props.off))
  const nameOf = (feature: string): string => say(`setup.module_${feature}`) ?? feature
  const missing = (feature: string): string[] =>
    (contracts[feature]?.needs ?? []).filter((needed) => !used().has(needed))
  const hint = (feature: string): string =>
    [
      say(`setup.about_${feature}`),
      ...(missing(feature).length > 0
        ? [
            t('setup.needs', {
              names: missing(feature)
                .map(nameOf)
                .join(lang() === 'zh' ? '、' : ', '),
            }),
          ]
        : []),
    ]
      .filter(Boolean)
      .join(' ')
  return (
    <Stack gap="tight">
      <For each={Object.keys(contracts).filter((feature) => !contracts[feature]!.always)}>
        {(feature) => (
          <Checkbox
            label={nameOf(feature)}
            hint={hint(feature)}
            checked={used().has(feature)}
            disabled={missing(feature).length > 0}
            onChange={(on) =>
              props.onChange(on ? props.off.filter((name) => name !== feature) : [...props.off, feature])
            }
          />
        )}
      </For>
    </Stack>
  )
}
