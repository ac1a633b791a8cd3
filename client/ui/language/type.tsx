import { For, type JSX } from 'solid-js'
import { Markdown, type MarkdownLabels, Section, Stack } from '../index.ts'
import styles from './language.module.css'

const sizes: [token: string, use: string][] = [
  ['size-6', 'Figures, covers'],
  ['size-5', 'Title of a page 页面标题'],
  ['size-4', 'Title within a text 文中标题'],
  ['size-3', 'Title of a section 小节标题'],
  ['size-2', 'Text and titles of rows 正文与条目'],
  ['size-1', 'Controls, details 控件与说明'],
  ['size-0', 'Facts below a title 标题下的信息'],
  ['size-00', 'Badges, ends of a scale 角标'],
]

export const markdownLabels: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  absentImage: 'Image not available',
  taskDone: 'done',
  taskOpen: 'open',
  loading: 'Loading',
  showDiagram: 'Show the diagram',
  showSource: 'Show the source',
  diagramMistaken: 'The diagram has a mistake',
  diagramOffline: 'The diagram cannot be drawn now',
  footnotes: 'Footnotes',
  footnoteBack: 'Back to the text',
}

const latin = `## A line is a promise

A line of running text holds about 68 characters: long enough for a thought, short enough that the eye finds the
next one.[^1] Leading is 1.7, code such as \`text-autospace\` keeps its own width, and “quotation marks” hang.

- A list breathes as the paragraphs do.
- [Links](#) are underlined, *emphasis* leans, **weight** is for what must be seen.

> A quotation stands back.

| token | light | dark |
| --- | ---: | ---: |
| \`--text\` | 15.6 | 15.3 |
| \`--text-3\` | 5.2 | 6.6 |

\`\`\`ts
const measure = lang === 'zh' ? '36em' : '68ch'
\`\`\`

[^1]: A footnote waits at the end.
`

const han = `## 一行字，就是一个承诺

中文正文每行三十六个字，行高 1.85，比英文更松：汉字方正密实，需要更多空白。[^1]中文与 Latin 字母、数字之间的空隙（例如 SQLite 3.46）
由浏览器按 \`text-autospace\` 加上，不必手敲空格；“引号”、（括号）与，行首标点会收紧。

- 列表与段落用同样的节奏。
- [链接](#)有下划线，*强调*用着重号，**加粗**留给必须看见的字。

> 引文退后一步。

| 记号 | 浅色 | 深色 |
| --- | ---: | ---: |
| \`--text\` | 15.6 | 15.3 |

\`\`\`ts
const measure = lang === 'zh' ? '36em' : '68ch'
\`\`\`

[^1]: 脚注在文末等候。
`

/** The scale, and how running text is set in both scripts. */
export function Type(): JSX.Element {
  return (
    <>
      <Section title="Type" hint="Eight sizes. Fonts of the system: nothing is downloaded to be read.">
        <Stack gap="snug">
          <For each={sizes}>
            {([token, use]) => (
              <div class={styles.measure}>
                <code>--{token}</code>
                <span ref={(line) => line.style.setProperty('font-size', `var(--${token})`)}>{use}</span>
              </div>
            )}
          </For>
        </Stack>
      </Section>
      <Section title="Running text" hint="Measure and leading follow the language of the element.">
        <div class={styles.columns}>
          <div lang="en">
            <Markdown text={latin} labels={markdownLabels} idPrefix="latin-" headingShift={1} />
          </div>
          <div lang="zh-CN">
            <Markdown text={han} labels={markdownLabels} idPrefix="han-" headingShift={1} />
          </div>
        </div>
      </Section>
    </>
  )
}
