import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { AlertIcon, StarIcon } from '#client/ui/icons.tsx'
import { Button, classes, IconButton } from '#client/ui/index.ts'
import type { SessionRow } from '#shared/features/events.ts'
import styles from './events.module.css'
import type { Plans } from './plans.ts'

/** Puts a session into the member's schedule, or takes it out. */
export function Star(props: { session: SessionRow; plans: Plans; wide?: boolean }): JSX.Element {
  const { t } = useI18n()
  const saved = (): boolean => props.plans.saved().has(props.session.id)
  const toggle = (): void => props.plans.save(props.session.id, !saved())
  return (
    <Show when={props.plans.member()}>
      <Show
        when={props.wide}
        fallback={
          <IconButton
            small
            icon={StarIcon}
            class={classes(styles.star, saved() && styles.starred)}
            pressed={saved()}
            label={t(saved() ? 'events.unsave_named' : 'events.save_named', { title: props.session.title })}
            onClick={toggle}
          />
        }
      >
        <Button
          variant={saved() ? 'soft' : 'primary'}
          class={classes(styles.star, saved() && styles.starred)}
          aria-pressed={saved()}
          onClick={toggle}
        >
          <StarIcon />
          {t(saved() ? 'events.saved' : 'events.save')}
        </Button>
      </Show>
    </Show>
  )
}

/** Says with what a session clashes; draws nothing when it does not. */
export function ClashNote(props: { others: readonly SessionRow[] | undefined }): JSX.Element {
  const { t } = useI18n()
  return (
    <Show when={props.others?.length}>
      <p class={styles.clash}>
        <AlertIcon />
        <span>
          <strong>{t('events.clash')}</strong>{' '}
          {t('events.clash_with', { titles: (props.others ?? []).map((other) => other.title).join(' · ') })}
        </span>
      </p>
    </Show>
  )
}
