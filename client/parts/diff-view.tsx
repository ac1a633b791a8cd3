/**
 * What changed between two texts, to be read: lines with a sign, words that went struck through and words that came
 * underlined, what stayed folded away. Colour only adds to that; whoever listens hears where a change begins and ends.
 */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button } from '#client/ui/index.ts'
import { unspacedShare } from '#shared/core/text.ts'
import { type DiffLine, type DiffSpan, diffLines } from '#shared/core/text-diff.ts'
import styles from './diff.module.css'
import { type DiffSection, sectionsOf } from './diff-sections.ts'

/** Draws nothing when both are the same. */
export function DiffView(props: { before: string; after: string; label: string }): JSX.Element {
  const sections = createMemo(() => sectionsOf(diffLines(props.before, props.after)))
  const lang = createMemo(() => (unspacedShare(props.before) > 0.3 ? 'zh' : 'en'))
  return (
    <Show when={sections().length > 0}>
      <ol class={styles.diff} aria-label={props.label} lang={lang()}>
        <For each={sections()}>{(section) => <Section section={section} />}</For>
      </ol>
    </Show>
  )
}

function Section(props: { section: DiffSection }): JSX.Element {
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  let first: HTMLLIElement | undefined
  const unfold = (): void => {
    setOpen(true)
    // The button that had the focus is gone.
    first?.focus()
  }
  return (
    <Show
      when={!props.section.folded || open()}
      fallback={
        <li class={styles.fold}>
          <Button small variant="quiet" onClick={unfold}>
            {t('core.diff_unchanged', { count: props.section.lines.length })}
          </Button>
        </li>
      }
    >
      <For each={props.section.lines}>
        {(line, index) => (
          <Line
            line={line}
            isGap={isGap(props.section.lines, index())}
            ref={(element) => {
              if (index() === 0) first = element
            }}
          />
        )}
      </For>
    </Show>
  )
}

const signs = { same: '', added: '+', removed: '−', changed: '±' } as const

function isBlank(line: DiffLine): boolean {
  return line.spans.every((span) => span.text.trim() === '')
}

/** An empty line between lines of which the same is said: paragraphs that came or went together. */
function isGap(lines: readonly DiffLine[], index: number): boolean {
  const line = lines[index]!
  if (line.kind === 'same' || !isBlank(line)) return false
  return [lines[index - 1], lines[index + 1]].some((near) => near?.kind === line.kind && !isBlank(near))
}

interface LineProps {
  line: DiffLine
  isGap: boolean
  ref: (element: HTMLLIElement) => void
}

function Line(props: LineProps): JSX.Element {
  const { t } = useI18n()
  const spoken = (): string | undefined => {
    const { kind } = props.line
    if (kind === 'same' || props.isGap) return undefined
    const words = {
      added: 'core.diff_line_added',
      removed: 'core.diff_line_removed',
      changed: 'core.diff_line_changed',
    } as const
    return isBlank(props.line) ? `${t(words[kind])} ${t('core.diff_empty_line')}` : t(words[kind])
  }
  return (
    <li
      ref={(element) => props.ref(element)}
      tabindex="-1"
      class={styles.line}
      data-diff={props.line.kind}
      data-gap={props.isGap ? '' : undefined}
    >
      <span class={styles.sign} aria-hidden="true">
        {props.isGap ? '' : signs[props.line.kind]}
      </span>
      <span class={styles.lineText}>
        <Show when={spoken()}>{(words) => <span class="visually-hidden">{words()} </span>}</Show>
        <For each={props.line.spans}>
          {(span) => <Span span={span} marked={props.line.kind === 'changed'} />}
        </For>
      </span>
    </li>
  )
}

/** @param props.marked stands among words that did not change, so it says itself what it is. */
function Span(props: { span: DiffSpan; marked: boolean }): JSX.Element {
  const { t } = useI18n()
  const text = (): JSX.Element => (
    <>
      <Show when={props.marked}>
        <span class="visually-hidden">
          {' '}
          {t(props.span.kind === 'added' ? 'core.diff_added' : 'core.diff_removed')}{' '}
        </span>
      </Show>
      {props.span.text}
      <Show when={props.marked}>
        <span class="visually-hidden"> {t('core.diff_end')} </span>
      </Show>
    </>
  )
  return (
    <Show when={props.span.kind !== 'same'} fallback={props.span.text}>
      <Show when={props.span.kind === 'added'} fallback={<del>{text()}</del>}>
        <ins>{text()}</ins>
      </Show>
    </Show>
  )
}
