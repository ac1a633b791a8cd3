/** What the keyboard does here, in the page that is open. */
import { createUniqueId, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { type Shortcut, setSingleKeys, shortcuts, singleKeys } from '#client/core/shortcuts.ts'
import { Checkbox, Dialog } from '#client/ui/index.ts'
import styles from './keys-sheet.module.css'

const groups = ['go', 'list', 'page', 'app'] as const
const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

export function KeysSheet(props: { onClose: () => void }): JSX.Element {
  const { t } = useI18n()
  return (
    <Dialog open wide onClose={() => props.onClose()} title={t('frame.keys')} closeLabel={t('app.close')}>
      <div class={styles.groups}>
        <For each={groups}>{(group) => <Group group={group} />}</For>
      </div>
      <div class={styles.choice}>
        <Checkbox
          label={t('frame.keys_single')}
          hint={t('frame.keys_single_hint')}
          checked={singleKeys()}
          onChange={setSingleKeys}
        />
      </div>
    </Dialog>
  )
}

function Group(props: { group: Shortcut['group'] }): JSX.Element {
  const { t } = useI18n()
  const id = createUniqueId()
  const own = (): Shortcut[] => {
    const inGroup = shortcuts().filter(({ group }) => group === props.group)
    return inGroup.filter((one, at) => inGroup.findLastIndex(({ keys }) => keys === one.keys) === at)
  }
  return (
    <Show when={own().length > 0}>
      <section aria-labelledby={id}>
        <h3 id={id} class={styles.heading}>
          {t(`frame.keys_${props.group}`)}
        </h3>
        <dl class={styles.list}>
          <For each={own()}>
            {(one) => (
              <div class={styles.line}>
                <dt>{t(one.word)}</dt>
                <dd>
                  <For each={one.keys.split(' ')}>
                    {(key, at) => (
                      <>
                        <Show when={at() > 0}>
                          <span class={styles.then}>{t('frame.keys_then')}</span>
                        </Show>
                        <kbd>{shown(key)}</kbd>
                      </>
                    )}
                  </For>
                </dd>
              </div>
            )}
          </For>
          <Show when={props.group === 'app'}>
            <div class={styles.line}>
              <dt>{t('frame.key_close')}</dt>
              <dd>
                <kbd>Esc</kbd>
              </dd>
            </div>
          </Show>
        </dl>
      </section>
    </Show>
  )
}

function shown(key: string): string {
  if (!key.startsWith('mod+')) return key.length === 1 ? key.toUpperCase() : key
  return `${isApple ? '⌘' : 'Ctrl '}${key.slice(4).toUpperCase()}`
}
