/** A poll in a post: choosing, and what others chose once one has, or when it is closed. */
import { createMemo, createSignal, createUniqueId, For, type JSX, onCleanup, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'
import { CheckIcon } from '#client/ui/icons.tsx'
import { Badge, Button, createConfirm, Form, Row } from '#client/ui/index.ts'
import { canClosePoll, isPollOpen, type Poll, pollVoteId } from '#shared/features/discussions.ts'
import styles from './poll.module.css'

export interface PollProps {
  threadId: string
  postId: string
  authorId: string
  poll: Poll
  /** The post is not there for others yet. */
  waiting: boolean
}

/** The server's time; a poll that closes by itself is looked at when it does. */
function useClosed(poll: () => Poll): () => boolean {
  const core = useCore()
  const read = (): number => Date.now() + core.session.clockOffset()
  const [now, setNow] = createSignal(read())
  const timer = setInterval(() => setNow(read()), 5_000)
  onCleanup(() => clearInterval(timer))
  const closed = createMemo(() => !isPollOpen(poll(), now()))
  return closed
}

export function PollView(props: PollProps): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const confirm = createConfirm()
  const [changing, setChanging] = createSignal(false)
  const me = (): string | null => core.session.viewer().id
  const own = core.feed.row('poll_votes', () => (me() === null ? undefined : pollVoteId(props.postId, me()!)))
  const choices = (): readonly number[] => own()?.data.choices ?? []
  const closed = useClosed(() => props.poll)
  const isChoosing = (): boolean =>
    me() !== null &&
    own() !== undefined &&
    !props.waiting &&
    !closed() &&
    (choices().length === 0 || changing())
  const act = createMemo((): OutboxEntry | undefined => {
    const postId = props.postId
    return core.commands
      .entries()
      .findLast((entry) => entry.name === 'discussions.vote' && entry.input.postId === postId)
  })
  const vote = async (chosen: number[]): Promise<void> => {
    const key = { threadId: props.threadId, postId: props.postId }
    await core.commands.send('discussions.vote', { ...key, choices: chosen })
    setChanging(false)
  }
  const close = async (): Promise<void> => {
    const key = { threadId: props.threadId, postId: props.postId }
    const sure = await confirm.ask({
      title: t('discussions.poll_close'),
      text: t('discussions.poll_close_text'),
      confirm: t('discussions.poll_close'),
      cancel: t('discussions.poll_cancel'),
    })
    if (sure) await core.commands.send('discussions.close_poll', key)
  }
  return (
    <section class={styles.poll} aria-label={t('discussions.poll')} data-poll={props.postId}>
      <Show
        when={isChoosing()}
        fallback={<Results poll={props.poll} choices={choices()} shown={closed() || choices().length > 0} />}
      >
        <Choose poll={props.poll} before={choices()} onVote={vote} />
      </Show>
      <div class={styles.facts}>
        <Show when={closed()}>
          <Badge>{t('discussions.poll_closed')}</Badge>
        </Show>
        <span>{t('discussions.poll_voters', { count: props.poll.voters })}</span>
        <Show when={!closed() && props.poll.closesAt !== null}>
          <span>{t('discussions.poll_closes_at', { when: date(props.poll.closesAt!, 'full') })}</span>
        </Show>
        <ActWord entry={act()} />
        <Show
          when={
            !closed() &&
            !props.waiting &&
            (choices().length > 0 || canClosePoll(core.session.viewer(), props))
          }
        >
          <div class={styles.acts}>
            <Show when={choices().length > 0}>
              <Button small variant="quiet" onClick={() => setChanging(!changing())}>
                {t(changing() ? 'discussions.poll_cancel' : 'discussions.poll_change')}
              </Button>
              <Show when={changing()}>
                <Button small variant="quiet" onClick={() => void vote([])}>
                  {t('discussions.poll_take_back')}
                </Button>
              </Show>
            </Show>
            <Show when={canClosePoll(core.session.viewer(), props)}>
              <Button small variant="quiet" onClick={() => void close()}>
                {t('discussions.poll_close')}
              </Button>
            </Show>
          </div>
        </Show>
      </div>
      <confirm.View />
    </section>
  )
}

function Choose(props: {
  poll: Poll
  before: readonly number[]
  onVote: (choices: number[]) => Promise<void>
}): JSX.Element {
  const { t } = useI18n()
  const name = createUniqueId()
  // Begins with the vote that it changes.
  // eslint-disable-next-line solid/reactivity
  const [chosen, setChosen] = createSignal<readonly number[]>(props.before)
  const choose = (index: number, on: boolean): void => {
    if (!props.poll.multiple) return void setChosen([index])
    const others = chosen().filter((one) => one !== index)
    setChosen(on ? [...others, index].sort((a, b) => a - b) : others)
  }
  return (
    <Form class={styles.choosing} onSubmit={() => chosen().length > 0 && void props.onVote([...chosen()])}>
      <fieldset class={styles.options}>
        <legend class={styles.legend}>
          {t(props.poll.multiple ? 'discussions.poll_choose_many' : 'discussions.poll_choose_one')}
        </legend>
        <For each={props.poll.options}>
          {(option, index) => (
            <label class={styles.option}>
              <input
                type={props.poll.multiple ? 'checkbox' : 'radio'}
                name={name}
                checked={chosen().includes(index())}
                onChange={(event) => choose(index(), event.currentTarget.checked)}
              />
              <span>{option}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Row>
        <Button type="submit" small variant="primary" disabled={chosen().length === 0}>
          {t('discussions.poll_vote')}
        </Button>
      </Row>
      <Show when={props.before.length === 0}>
        <p class={styles.hint}>{t('discussions.poll_results_after')}</p>
      </Show>
    </Form>
  )
}

function Results(props: { poll: Poll; choices: readonly number[]; shown: boolean }): JSX.Element {
  const { t } = useI18n()
  const share = (index: number): number =>
    props.poll.voters === 0 ? 0 : Math.round(((props.poll.counts[index] ?? 0) / props.poll.voters) * 100)
  return (
    <>
      <ul class={styles.options}>
        <For each={props.poll.options}>
          {(option, index) => (
            <li class={styles.result}>
              <span class={styles.answer}>{option}</span>
              <Show when={props.shown}>
                <span class={styles.count}>
                  <Show when={props.choices.includes(index())}>
                    <span class={styles.own}>
                      <CheckIcon />
                      <span class="visually-hidden">{t('discussions.poll_yours')}</span>
                    </span>
                  </Show>
                  {t('discussions.poll_votes', {
                    count: props.poll.counts[index()] ?? 0,
                    percent: share(index()),
                  })}
                </span>
                <progress class={styles.bar} max="100" value={share(index())} aria-hidden="true" />
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={!props.shown}>
        <p class={styles.hint}>{t('discussions.poll_results_after')}</p>
      </Show>
    </>
  )
}
