import { describe, expect, test } from 'vitest'
import { markdownToHtml, plainText } from './markdown.ts'

describe('HTML for public pages', () => {
  test('GFM tables, task lists and fenced code come out', () => {
    const html = markdownToHtml(
      '| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n\n```ts src/a.ts\nlet x = "<b>"\n```\n',
    )
    expect(html).toContain('<td align="right">2</td>')
    expect(html).toContain('<input checked disabled type="checkbox" />')
    expect(html).toContain('<code class="language-ts">let x = "&lt;b&gt;"')
  })

  test('headings carry their own ids, or GitHub’s, once each', () => {
    const html = markdownToHtml(
      '## 视图过渡 {#view-transitions}\n\n## `use` the API!\n\n## 同名\n\n## 同名\n',
    )
    expect(html).toContain('<h2 id="view-transitions">视图过渡</h2>')
    expect(html).toContain('<h2 id="use-the-api"><code>use</code> the API!</h2>')
    expect(html).toContain('<h2 id="同名">')
    expect(html).toContain('<h2 id="同名-1">')
  })

  test('a body that begins at h1 moves below the page’s own', () => {
    expect(markdownToHtml('# A\n\n## B')).toMatch(/<h2 id="a">A<\/h2>\s*<h3 id="b">B<\/h3>/)
    expect(markdownToHtml('## B')).toContain('<h2 id="b">')
  })

  test('links and images go where the resolver says, or keep only their words', () => {
    const html = markdownToHtml('[in](./b.md) [out](/nowhere) ![pic](a.png) ![lost](b.png)', {
      resolveLink: (href) => (href === './b.md' ? '/read/b' : null),
      resolveImage: (src) => (src === 'a.png' ? '/api/files/1' : null),
    })
    expect(html).toContain('<a href="/read/b">in</a>')
    expect(html).toContain('<a>out</a>')
    expect(html).toContain('<img src="/api/files/1" alt="pic" loading="lazy" />')
    expect(html).toContain('<em>lost</em>')
  })

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '<a href="java\tscript:alert(1)">x</a>',
    '<svg onload=alert(1)><animate onbegin=alert(1)></svg>',
    '<iframe src="https://evil.example"></iframe>',
    '<details ontoggle=alert(1) open>x</details>',
    '<form action="https://evil.example"><input name=a><button>go</button></form>',
    '<style>*{display:none}</style><p style="position:fixed">x</p>',
    '![x](x" onerror="alert(1))',
    '```"><script>alert(1)</script>\nx\n```',
    '<math><mtext></mtext><script>alert(1)</script></math>',
    '## x {#"><script>alert(1)</script>}',
    '<base href="https://evil.example"><meta http-equiv=refresh content="0;url=https://evil.example">',
  ])('nothing that runs or reshapes the page gets through: %s', (text) => {
    const html = markdownToHtml(text)
    expect(html).not.toMatch(/<(script|svg|iframe|style|form|button|base|meta|math|object)\b/i)
    expect(html).not.toMatch(/<[^>]*\s(on\w+|style)\s*=/i)
    expect(html).not.toMatch(/(href|src)="\s*(javascript|data|vbscript):/i)
  })
})

describe('plain text', () => {
  test('is what a reader would hear: no markup, no code blocks, no addresses', () => {
    const text = plainText(
      '# 标题 {#t}\n\n使用 `useState` 与 [链接](https://x.example) **强调** A &amp; B。\n\n```js\nhidden()\n```\n\n- one\n- two\n  - three\n\n> quoted\n\n| h | i |\n|---|---|\n| c | d |\n\n<div>html</div>\n',
    )
    expect(text).toBe('标题\n使用 useState 与 链接 强调 A & B。\none\ntwo\nthree\nquoted\nh i\nc d')
  })
})

test('a footnote comes at the end, with a way there and back; nobody else gives ids', () => {
  const html = markdownToHtml(
    'One[^a] and one[^none], `code[^a]`.\n\n[^a]: See *this*\n    and <b id="x" onclick="y">that</b>.\n\n<li id="evil">x</li>\n\n```\n[^b]: code\n```',
  )
  expect(html).toContain('One<sup><a href="#fn-1" id="fnref-1">1</a></sup> and one[^none]')
  expect(html).toContain('<code>code[^a]</code>')
  expect(html).toContain(
    '<li id="fn-1"><p>See <em>this</em> and <b>that</b>. <a href="#fnref-1">↩</a></p></li>',
  )
  expect(html).toContain('[^b]: code')
  expect(html).not.toContain('evil')
})

test('a formula stands as its source, and prices are no formulas', () => {
  expect(markdownToHtml('$a_1 * b_2 * c$ costs $5 or $6')).toContain(
    '<code>a_1 * b_2 * c</code> costs $5 or $6',
  )
})
