/** What stands in the place of what is not open to this viewer: why, and the one way on. */
import { useLocation } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel, panelOf } from '#client/core/panels.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { LinkButton } from '#client/ui/index.ts'
import { type CourseRow, courseItem } from '#shared/features/courses.ts'
import styles from './courses.module.css'

export function Locked(props: { course: CourseRow; title: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const isGuest = (): boolean => core.session.viewer().id === null
  const why = (): string => {
    switch (props.course.opening.to) {
      case 'groups':
        return t('courses.locked_groups')
      case 'tiers':
      case 'purchase':
        return t('courses.locked_paid')
      default:
        return t('courses.locked_members')
    }
  }
  const panel = 'memberships.locked'
  return (
    <Show
      when={panelOf(core, panel) === undefined}
      fallback={
        <div class={styles.lockedPart}>
          <Panel name={panel} item={courseItem(props.course.id)} opening={props.course.opening} />
          <Show when={props.course.previews > 0}>
            <p class={styles.quiet}>{t('courses.locked_previews')}</p>
          </Show>
        </div>
      }
    >
      <div class={styles.lockedBox}>
        <span class={styles.lockedSign} aria-hidden="true">
          <LockIcon />
        </span>
        <h2>{props.title}</h2>
        <p>{why()}</p>
        <Show when={props.course.previews > 0}>
          <p>{t('courses.locked_previews')}</p>
        </Show>
        <Show when={isGuest()}>
          <LinkButton variant="primary" href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
            {t('courses.sign_in')}
          </LinkButton>
        </Show>
      </div>
    </Show>
  )
}
