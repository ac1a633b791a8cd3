import { expect, it } from 'vitest'
import { asMarkdown } from './markup.ts'

it.each([
  ['plain text\r\nwith lines', 'plain text\nwith lines'],
  ['**Markdown** with <https://example.org> & 1 < 2', '**Markdown** with <https://example.org> & 1 < 2'],
  ['Contact <ada@example.org>', 'Contact <ada@example.org>'],
])('leaves %j as it is', (text, kept) => {
  expect(asMarkdown(text)).toBe(kept)
})

it.each([
  ['<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo  \nThree'],
  ['<p>A <strong>bold</strong> and <em>leaning</em> word</p>', 'A **bold** and *leaning* word'],
  ['<a href="https://example.org/x">here</a><br/>', '[here](https://example.org/x)'],
  ['<a href="https://example.org/">https://example.org/</a><br/>', 'https://example.org/'],
  ['<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>', '- a\n- b\n  1. c'],
  ['<h2>Head</h2><blockquote><p>said</p></blockquote>', '## Head\n\n> said'],
  ['<p>R&amp;D &lt;b&gt; &quot;x&quot;</p>', 'R&D \\<b> "x"'],
  ['<p><code>a &lt; b</code></p>', '`a < b`'],
  ['<pre><code>x &lt;= y\nz</code></pre>', '```\nx <= y\nz\n```'],
  ['<div>kept</div><script>alert(1)</script><img src=x onerror=alert(1)>', 'kept'],
  ['<p onclick="x()">t <a href="javascript:alert(1)">link</a></p>', 't link'],
  ['Some *Markdown* with a<br>break', 'Some *Markdown* with a  \nbreak'],
])('writes %j as %j', (html, markdown) => {
  expect(asMarkdown(html)).toBe(markdown)
})
