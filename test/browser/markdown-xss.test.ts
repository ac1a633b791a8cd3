import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { serveKit } from '../support/kit.ts'

let browser: Browser
let kit: { url: string; close: () => Promise<void> }
let page: Page

beforeAll(async () => {
  kit = await serveKit()
  browser = await launchChromium()
  // The policy would stop most attacks by itself; here the sanitiser has to, so the policy is put aside.
  page = await browser.newPage({ bypassCSP: true })
  page.on('dialog', (dialog) => dialog.dismiss())
})

afterAll(async () => {
  await browser?.close()
  await kit?.close()
})

beforeEach(async () => {
  await page.goto(kit.url)
  await page.waitForFunction(() => 'kit' in window)
  await page.evaluate(() => {
    window.alert = (said) => {
      window.attacked.push(String(said))
    }
  })
})

const attacks: string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)></svg>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s></animate></svg>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<object data="javascript:alert(1)"></object>',
  '<embed src="javascript:alert(1)">',
  '<form action="javascript:alert(1)"><button>go</button></form>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<video><source onerror=alert(1)></video>',
  '<input autofocus onfocus=alert(1)>',
  '<a href="javascript:alert(1)">click</a>',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt:alert(1))',
  '[click](java\tscript:alert(1))',
  '[click](&#106;avascript:alert(1))',
  '[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[click](vbscript:msgbox(1))',
  '![x](javascript:alert(1))',
  '![x"onerror="alert(1)](x)',
  '![x](x"onerror="alert(1))',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '```"><img/src=x/onerror=alert(1)>\ncode\n```',
  '`<img src=x onerror=alert(1)>`<img src=x onerror=alert(1)>',
  '<div style="background:url(javascript:alert(1))" onclick=alert(1)>text</div>',
  '<style>@import "javascript:alert(1)"</style>',
  '<base href="https://evil.example/"><a href="x">y</a>',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="data:text/css,body{display:none}">',
  '<a href="https://a.b" target=_self onmouseover=alert(1)>x</a>',
  '<img name=getElementById><form id=kit></form>',
  '<template><img src=x onerror=alert(1)></template>',
  '<custom-element onclick=alert(1) is=x>y</custom-element>',
  '<button onclick=alert(1) class="md-copy">Copy</button>',
  '# <img src=x onerror=alert(1)> heading',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
  '- [x] <svg/onload=alert(1)>',
  '<a href="\u0001javascript:alert(1)">x</a>',
  'a footnote[^1]\n\n[^1]: <img src=x onerror=alert(1)> [x](javascript:alert(1))',
  'a[^"><img/src=x/onerror=alert(1)>]\n\n[^"><img/src=x/onerror=alert(1)>]: x',
  '```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]; click A "javascript:alert(1)"\n```',
]

/** What a formula may not do; what is left of it may be MathML, and nothing else. */
const formulas: string[] = [
  '$\\href{javascript:alert(1)}{x}$',
  '$\\url{javascript:alert(1)}$',
  '$\\htmlData{a=b}{x}\\htmlStyle{color:red}{x}\\htmlClass{md-copy}{x}\\htmlId{kit}{x}$',
  '$\\includegraphics[height=1em]{https://far.example/a.png}$',
  '$\\text{<img src=x onerror=alert(1)>}$',
  '$$\\text{</annotation></semantics></math><img src=x onerror=alert(1)>}$$',
  '```math\n\\text{</math><script>alert(1)</script>}\n```',
  '<code class="language-math">\\href{javascript:alert(1)}{x}</code>',
  '$\\def\\a{\\a\\a}\\a$',
]

describe('Markdown from anybody', () => {
  test.each(attacks)('runs nothing: %s', async (attack) => {
    const left = await page.evaluate(async (markdown) => {
      window.kit.show(markdown)
      for (const element of document.querySelectorAll<HTMLElement>('body div *')) {
        element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))
        if (!(element instanceof HTMLAnchorElement)) element.click()
      }
      // Images fail and events fire in tasks of their own.
      await new Promise((resolve) => setTimeout(resolve, 60))
      const elements = [...document.querySelectorAll('body div *')]
      return {
        ran: window.attacked,
        handlers: elements.flatMap((element) =>
          [...element.attributes]
            .filter(({ name }) => /^(on|style$|srcdoc$|action$|name$)/.test(name))
            .map(String),
        ),
        addresses: elements.flatMap((element) =>
          [element.getAttribute('href'), element.getAttribute('src')].filter(
            (address) => address && !/^(https?:|[^:]*$)/i.test(address),
          ),
        ),
        elements: elements
          .filter((element) =>
            element.matches(
              'script,iframe,object,embed,form,style,link,meta,base,svg,math,template,input,video,source,custom-element',
            ),
          )
          .map((element) => element.tagName),
        disguised: elements.filter((element) => element.matches('.md-copy') && !element.closest('.md-code'))
          .length,
        kit: typeof window.kit.show,
      }
    }, attack)
    expect(left).toEqual({
      ran: [],
      handlers: [],
      addresses: [],
      elements: [],
      disguised: 0,
      kit: 'function',
    })
  })

  test.each(formulas)('a formula runs nothing: %s', async (attack) => {
    const left = await page.evaluate(async (markdown) => {
      window.kit.show(markdown)
      await new Promise((resolve) => setTimeout(resolve, 60))
      const elements = [...document.querySelectorAll('body div *')]
      const names = (all: Element[]): string[] => all.map((element) => element.tagName.toLowerCase())
      return {
        ran: window.attacked,
        strange: names(
          elements.filter(
            (element) => !element.matches('p,span,code') && element.namespaceURI?.endsWith('MathML') !== true,
          ),
        ),
        attributes: elements.flatMap((element) =>
          [...element.attributes]
            .map(({ name }) => name)
            .filter((name) => /^(on|style$|href|xlink|src|id$)/.test(name)),
        ),
        kit: typeof window.kit.show,
      }
    }, attack)
    expect(left).toEqual({ ran: [], strange: [], attributes: [], kit: 'function' })
  })

  test('draws formulas and footnotes, and shows the source of what has a mistake', async () => {
    const html = await page.evaluate(() =>
      window.kit.show(
        [
          'Euler: $e^{i\\pi}+1=0$, costs $5 or $6, \\$7 and $8.[^why] 又见[^why]，`$x$`。',
          '$$\n\\int_0^1 x^2\\,dx = \\frac13\n$$',
          'Broken $\\frac{1$ stays.',
          '[^why]: Because *so*.',
          '[^unread]: Nobody asks.',
        ].join('\n\n'),
      ),
    )
    expect(html).toMatch(/<span class="md-formula"[^>]*><math[^>]*alttext="e\^\{i\\pi\}\+1=0"/)
    expect(html).toMatch(/<span class="md-math"[^>]*><math[^>]*display="block"/)
    expect(html).toContain('costs $5 or $6, $7 and $8.')
    expect(html).toContain('<code>$x$</code>')
    expect(html).toMatch(/md-mistaken[^>]*><code>\\frac\{1<\/code>/)
    expect(html).not.toContain('annotation')
    expect(html).toContain('<sup><a href="#fn-1" id="fnref-1" class="md-mention">1</a></sup>')
    expect(html).toContain('id="fnref-1-2"')
    expect(html).toMatch(/<li id="fn-1"><p>Because <em>so<\/em>\. <a class="md-back"[^>]*href="#fnref-1"/)
    expect(html).not.toContain('Nobody asks')
  })

  test('a diagram is drawn when it is asked for, as an image, and its source comes back', async () => {
    await page.evaluate(() =>
      window.kit.mount(
        '```mermaid\ngraph TD\n  A["<img src=x onerror=alert(1)> 写"] --> B[Read]\n  click A "javascript:alert(1)"\n```\n\n```mermaid\nnot a diagram\n```',
      ),
    )
    const button = page.getByRole('button', { name: 'Show diagram' })
    await button.first().click()
    await page.locator('img.md-diagram').waitFor({ timeout: 60_000 })
    expect(await page.locator('img.md-diagram').evaluate((image: HTMLImageElement) => image.decode())).toBe(
      undefined,
    )
    expect(await page.locator('svg, iframe, .md-bench').count()).toBe(0)
    await page.getByRole('button', { name: 'Show source' }).click()
    expect(await page.locator('pre').first().isVisible()).toBe(true)
    await button.nth(1).click()
    await page.getByText('A mistake').waitFor()
    expect(await page.evaluate(() => window.attacked)).toEqual([])
  })

  test('keeps what writing needs', async () => {
    const html = await page.evaluate(() =>
      window.kit.show(
        [
          '## 标题 Title!',
          '## 标题 Title!',
          '**bold** ~~gone~~ <kbd>K</kbd> H<sub>2</sub>O [in](/a/b) [out](https://a.example/x) [here](#标题-title)',
          '- [x] done\n- [ ] open',
          '| a | b |\n|--:|---|\n| 1 | 2 |',
          '```ts\nlet a = 1 < 2\n```',
          '![far](https://far.example/a.png)\n![near](/near.png)',
        ].join('\n\n'),
      ),
    )
    expect(html).toContain('<h2 id="标题-title">')
    expect(html).toContain('<h2 id="标题-title-1">')
    expect(html).toContain(
      '<strong>bold</strong> <del>gone</del> <kbd>K</kbd> H<sub>2</sub>O <a href="/a/b">in</a>',
    )
    expect(html).toMatch(/<a href="https:\/\/a.example\/x" rel="noopener [^"]*" target="_blank">out<\/a>/)
    expect(html).toContain('<a href="#%E6%A0%87%E9%A2%98-title">here</a>')
    expect(html).toContain('aria-label="done"')
    expect(html).toContain('<div class="md-scroll" tabindex="0"><table>')
    expect(html).toContain('<td align="right">1</td>')
    expect(html).toContain('<code class="language-ts">let a = 1 &lt; 2')
    expect(html).toContain('Image not available')
    expect(html).not.toContain('src="https://far.example')
    expect(html).toContain('loading="lazy"')
  })

  test.each(['>', '- ', '['])(
    'shows a text of nested %j as it stands, and does not fail',
    async (nesting) => {
      const text = `${nesting.repeat(19_000)} deep`
      const shown = await page.evaluate((markdown) => window.kit.show(markdown), text)
      expect(shown).toContain('deep')
    },
  )
})
