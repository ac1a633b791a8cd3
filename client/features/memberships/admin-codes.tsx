import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { saveCsv } from '#client/parts/save-csv.ts'
import { PlusIcon } from '#client/ui/icons.tsx'
import { Badge, Banner, Button, createConfirm, List, ListRow, Muted, Row, Section } from '#client/ui/index.ts'
import { toCsv } from '#shared/features/csv.ts'
import { type BatchRow, type CouponRow, waysId } from '#shared/features/memberships.ts'
import { CodesDialog } from './codes-dialog.tsx'
import { CouponDialog } from './coupon-dialog.tsx'
import { useSalesWords } from './words.ts'

/** `/admin/codes` */
export function AdminCodes(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('memberships.admin_codes'))
  const batches = core.feed.rows('code_batches', () => ({ by: 'at', reverse: true }))
  const coupons = core.feed.rows('coupons', () => ({ by: 'at', reverse: true }))
  const ways = core.feed.row('payment_ways', () => waysId)
  const [making, setMaking] = createSignal<'codes' | 'coupon'>()
  const close = (): void => {
    setMaking(undefined)
  }
  return (
    <AdminPage title={t('memberships.admin_codes')} lead={t('memberships.admin_codes_lead')}>
      <Section
        title={t('memberships.codes')}
        action={
          <Button small onClick={() => setMaking('codes')}>
            <PlusIcon />
            {t('memberships.codes_new')}
          </Button>
        }
      >
        <Show when={(batches()?.length ?? 0) > 0} fallback={<Muted>{t('memberships.codes_none')}</Muted>}>
          <List label={t('memberships.codes')}>
            <For each={batches()}>{(batch) => <Batch batch={batch} />}</For>
          </List>
        </Show>
      </Section>
      <Section
        title={t('memberships.coupons')}
        action={
          <Button small onClick={() => setMaking('coupon')}>
            <PlusIcon />
            {t('memberships.coupon_new')}
          </Button>
        }
      >
        <Show when={(coupons()?.length ?? 0) > 0} fallback={<Muted>{t('memberships.coupons_none')}</Muted>}>
          <List label={t('memberships.coupons')}>
            <For each={coupons()}>{(coupon) => <Coupon coupon={coupon} />}</For>
          </List>
        </Show>
      </Section>
      <Show when={making() === 'codes'}>
        <CodesDialog onClose={close} />
      </Show>
      <Show when={making() === 'coupon'}>
        <CouponDialog currency={ways()?.data.currency ?? 'CNY'} onClose={close} />
      </Show>
    </AdminPage>
  )
}

function Batch(props: { batch: Stored<BatchRow> }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const confirm = createConfirm()
  const [failed, setFailed] = createSignal(false)
  const data = (): BatchRow => props.batch.data

  async function save(): Promise<void> {
    setFailed(false)
    const answer = await core.queries.ask('memberships.codes', { batchId: props.batch.id })
    if (!answer.ok) {
      setFailed(true)
      return
    }
    const lines = answer.value.map(({ code, left }) => [code, left])
    saveCsv(toCsv([['code', 'uses_left'], ...lines]), `codes-${props.batch.id.slice(-6)}.csv`)
  }
  async function end(): Promise<void> {
    const sure = await confirm.ask({
      title: t('memberships.codes_end'),
      text: t('memberships.codes_end_text'),
      confirm: t('memberships.codes_end'),
      cancel: t('memberships.cancel'),
      danger: true,
    })
    if (sure) await core.commands.send('memberships.end_codes', { id: props.batch.id })
  }
  return (
    <ListRow
      title={data().note}
      detail={
        <Show when={failed()}>
          <Banner inline tone="warn">
            {t('memberships.codes_export_failed')}
          </Banner>
        </Show>
      }
      meta={
        <>
          <Show when={data().ended}>
            <Badge>{t('memberships.codes_ended')}</Badge>
          </Show>
          <span>
            {words.title(data().title)} · {words.length(data().term)}
          </span>
          <span>
            {t('memberships.codes_redeemed', {
              count: data().redeemed,
              all: data().count * data().uses,
            })}
          </span>
          <Show when={data().expiresAt}>
            {(at) => <span>{t('memberships.codes_until', { when: date(at(), 'day') })}</span>}
          </Show>
        </>
      }
      end={
        <Row gap="snug">
          <Button small variant="soft" onClick={() => void save()}>
            {t('memberships.codes_export')}
          </Button>
          <Show when={!data().ended}>
            <Button small variant="quiet" onClick={() => void end()}>
              {t('memberships.codes_end')}
            </Button>
          </Show>
          <confirm.View />
        </Row>
      }
    />
  )
}

function Coupon(props: { coupon: Stored<CouponRow> }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const data = (): CouponRow => props.coupon.data
  const off = (): string =>
    data().percent === null ? words.money(data().off ?? 0, data().currency) : `${data().percent}%`
  const over = (): boolean => {
    const { until, ended } = data()
    return Boolean(ended) || (until !== null && until <= Date.now() + core.session.clockOffset())
  }
  return (
    <ListRow
      title={<code>{data().code}</code>}
      meta={
        <>
          <Show when={over()}>
            <Badge>{t('memberships.coupon_ended')}</Badge>
          </Show>
          <span>{t('memberships.coupon_off', { value: off() })}</span>
          <span>
            {data().limit === null
              ? t('memberships.coupon_used', { count: data().used })
              : t('memberships.coupon_used_of', { count: data().used, all: data().limit ?? 0 })}
          </span>
          <Show when={data().until}>
            {(at) => <span>{t('memberships.codes_until', { when: date(at(), 'day') })}</span>}
          </Show>
        </>
      }
      end={
        <Show when={!over()}>
          <Button
            small
            variant="quiet"
            onClick={() => void core.commands.send('memberships.end_coupon', { id: props.coupon.id })}
          >
            {t('memberships.coupon_end')}
          </Button>
        </Show>
      }
    />
  )
}
