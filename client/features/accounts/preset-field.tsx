import type { JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { RadioGroup } from '#client/ui/index.ts'
import { type PresetName, presetNames } from '#shared/features/setup.ts'
import styles from './accounts.module.css'

/** The three beginnings of a community, each with what it means. */
export function PresetField(props: { value: PresetName; onChange(value: PresetName): void }): JSX.Element {
  const { t } = useI18n()
  return (
    <RadioGroup
      boxed
      hideLabel
      label={t('setup.preset')}
      name="preset"
      value={props.value}
      onChange={(value) => props.onChange(value as PresetName)}
      options={presetNames.map((name) => ({
        value: name,
        label: <strong>{t(`setup.preset_${name}`)}</strong>,
        hint: (
          <>
            <span class={styles.presetText}>{t(`setup.preset_${name}_text`)}</span>
            <span class={styles.presetList}>{t(`setup.preset_${name}_list`)}</span>
          </>
        ),
      }))}
    />
  )
}
