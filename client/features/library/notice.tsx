/** Over every page but Home and the list: something is due. Put away once, it does not come back for that. */
import { useLocation } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useMirror } from '#client/parts/own-map.ts'
import { BellIcon } from '#client/ui/icons.tsx'
import { Banner, Button, LinkButton } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { Saved } from '#shared/features/library.ts'
import { useDue } from './due-items.ts'
import { savedItem, useItems } from './items.ts'

const key = 'library.put_away'

export function DueNotice(): JSX.Element {
  const core = useCore()
  const location = useLocation()
  const due = useDue()
  const putAway = core.local.live<string[]>(key)
  const fresh = createMemo(() => due().filter((item) => !(putAway() ?? []).includes(item)))
  const isElsewhere = (): boolean => location.pathname !== '/' && !location.pathname.startsWith('/me/library')
  return (
    <Show when={isMember(core.session.viewer()) && isElsewhere() && fresh().length > 0}>
      <Notice fresh={fresh()} onPutAway={() => void core.local.set(key, due())} />
    </Show>
  )
}

function Notice(props: { fresh: readonly string[]; onPutAway: () => void }): JSX.Element {
  const { t } = useI18n()
  const items = useItems()
  const saved = useMirror<Saved>('library')
  const first = () => savedItem(items(), props.fresh[0]!, saved()?.[props.fresh[0]!])
  return (
    <Show when={items()}>
      <Banner
        icon={BellIcon}
        actions={
          <>
            <LinkButton
              small
              href={props.fresh.length === 1 && first() ? first()!.href : '/me/library'}
              onClick={() => props.onPutAway()}
            >
              {t('library.open')}
            </LinkButton>
            <Button small variant="quiet" onClick={() => props.onPutAway()}>
              {t('library.not_now')}
            </Button>
          </>
        }
      >
        {t('library.due_count', {
          count: props.fresh.length,
          title: first()?.title ?? t('library.gone'),
        })}
      </Banner>
    </Show>
  )
}
