import { expect, test } from 'vitest'
import { unwrap } from './unwrap.ts'

const text = (source: string, lang: 'zh' | 'en' = 'en'): string => unwrap(source, lang).text

test('components are taken away and their text stays', () => {
  const source =
    '<Intro>\n\nFirst **words**.\n\n</Intro>\n\nThe <CodeStep step={1}>value</CodeStep> stays.\n\n<InlineToc />\n'
  expect(unwrap(source, 'en')).toEqual({
    text: 'First **words**.\n\nThe value stays.',
    tags: new Map([
      ['Intro', 1],
      ['CodeStep', 1],
      ['InlineToc', 1],
    ]),
  })
})

test('nothing in code is touched: fences, spans, indented blocks', () => {
  const fence =
    '```js {2} [[1, "x"]]\nimport A from "a"\n\n\n\n<Note>{/*slug*/}</Note>   \n<!-- kept -->\n```'
  expect(text(`<Note>\n\nx\n\n</Note>\n\n${fence}\n\nUse \`<Note>\` and \`\`{/*a*/} \` b\`\`.`)).toBe(
    `> **Note**\n>\n> x\n\n${fence}\n\nUse \`<Note>\` and \`\`{/*a*/} \` b\`\`.`,
  )
  expect(text('Text:\n\n    <Foo>\n\n    </Foo>\n\nafter')).toBe('Text:\n\n    <Foo>\n\n    </Foo>\n\nafter')
  expect(text('~~~\n```\n<A>\n~~~\n\n<B>b</B>')).toBe('~~~\n```\n<A>\n~~~\n\nb')
  expect(text('- item\n  ```jsx\n  <A />\n  ```\n- next')).toBe('- item\n  ```jsx\n  <A />\n  ```\n- next')
})

test('a fence that nothing closes is code to the end', () => {
  expect(text('```\n<Note>\n')).toBe('```\n<Note>')
})

test('comments after headings become their ids; other comments and MDX statements go', () => {
  const source =
    "import { A } from './a'\nexport const meta = {\n  a: 1\n}\n\n## 视图过渡 {/*view-transitions*/}\n\ntext {/* not shown */}\n\n<!-- more -->\n\nend"
  expect(text(source)).toBe('## 视图过渡 {#view-transitions}\n\ntext\n\nend')
})

test('notes become quotations with their word in the article’s language', () => {
  expect(text('<Pitfall>\n\n当心。\n\n```js\nx\n```\n\n</Pitfall>', 'zh')).toBe(
    '> **陷阱**\n>\n> 当心。\n>\n> ```js\n> x\n> ```',
  )
  expect(text('<Callout type="warning" title="Mind">\nx\n</Callout>')).toBe('> **Mind**\n>\n> x')
})

test('terminal output becomes code, its escapes and expressions resolved', () => {
  const source = "<ConsoleBlock level=\"error\">\n\nin \\<div\\>:{'\\n'}\n{'  '}at App\n\n</ConsoleBlock>"
  expect(text(source)).toBe('```text\nin <div>:\n\n  at App\n```')
})

test('films and pictures become links and images', () => {
  expect(text('<YouTubeIframe src="https://www.youtube.com/embed/abc?t=97s" />')).toBe(
    '[https://www.youtube.com/watch?v=abc&t=97s](https://www.youtube.com/watch?v=abc&t=97s)',
  )
  expect(
    text(
      '<div style={{display: \'flex\'}}>\n  <picture >\n      <source srcset="a.png" />\n      <img className="w light-image" src="/a.webp" alt="A" />\n  </picture>\n  <picture >\n      <img className="w dark-image" src="/a_dark.webp" />\n  </picture>\n</div>',
    ),
  ).toBe('![A](/a.webp)')
  expect(text('<Diagram name="tree" height={162} alt="A `div` [x]">\n\ncaption\n\n</Diagram>')).toBe(
    '![A `div` \\[x\\]](absent:tree)\n\ncaption',
  )
})

test('the files of a component keep their names, and hidden ones are folded', () => {
  const source = '<Sandpack>\n\n```js src/App.js\na\n```\n\n```css src/b.css hidden\nb\n```\n\n</Sandpack>'
  expect(text(source)).toBe(
    '`src/App.js`\n\n```js src/App.js\na\n```\n\n<details>\n<summary>src/b.css</summary>\n\n```css src/b.css hidden\nb\n```\n\n</details>',
  )
})

test('HTML that Markdown has no word for stays, without its looks', () => {
  expect(text('Press <kbd className="k">Ctrl</kbd><br/>H<sub onclick="x">2</sub>O')).toBe(
    'Press <kbd>Ctrl</kbd><br>H<sub>2</sub>O',
  )
  expect(text('<details open>\n<summary>More</summary>\n\n<A>x</A>\n\n</details>')).toBe(
    '<details open>\n<summary>More</summary>\n\nx\n\n</details>',
  )
  expect(text('a <a href="/b c" target="_blank">b</a> <script>alert(1)</script>c')).toBe('a [b](</b c>) c')
})

test('what only looks like a tag is shown as it was written', () => {
  expect(text('Array<String> and Map<K, V> of <your-name>')).toBe(
    'Array\\<String> and Map<K, V> of \\<your-name>',
  )
  expect(text('<Note>\n\na List<T> here\n\n</Note>')).toBe('> **Note**\n>\n> a List\\<T> here')
  expect(text('see <https://example.org> and <a@b.example>, 1 < 2 \\<App\\>')).toBe(
    'see <https://example.org> and <a@b.example>, 1 < 2 \\<App\\>',
  )
})

test('nested and crossed tags end where they should', () => {
  expect(text('<A>\n\n<B>\n\none\n\n<C>two\n\n</A>\n\nthree')).toContain('one')
  expect(unwrap('<A><A>x</A></A>', 'en').text).toBe('x')
  expect(text('x</Gone>y')).toBe('x\\</Gone>y')
})

test('braces mean nothing in plain Markdown', () => {
  expect(text("a {'b'} c {x}")).toBe("a {'b'} c {x}")
})

test('a long file takes milliseconds, not minutes', () => {
  const long = `<Sandpack>\n\n${'```js a.js\nconst a = "`";\n```\n\ntext `x` <B>y</B> [z](w)\n\n'.repeat(5_000)}</Sandpack>`
  const begin = performance.now()
  expect(unwrap(long, 'en').tags.get('B')).toBe(5_000)
  expect(performance.now() - begin).toBeLessThan(3_000)
})
