import { expect, test } from 'vitest'
import { rewriteLinks } from './links.ts'

const resolvers = {
  link: (address: string) => (address.startsWith('gone') ? null : `/read/${address}`),
  image: (address: string) => `/files/${address}`,
}
const rewrite = (text: string): string => rewriteLinks(text, resolvers)

test('links, images, images in links and definitions lead where they should', () => {
  expect(rewrite('[a](b.md "t") ![c](d.png) [![e](f.png)](g.md)')).toBe(
    '[a](/read/b.md "t") ![c](/files/d.png) [![e](/files/f.png)](/read/g.md)',
  )
  expect(rewrite('[a][b]\n\n[b]: c.md "t"')).toBe('[a][b]\n\n[b]: /read/c.md "t"')
  expect(rewrite('[a](<b c.md>) [p](x_(y).md)')).toBe('[a](</read/b c.md>) [p](</read/x_(y).md>)')
})

test('a link to nowhere leaves its words, code and all', () => {
  expect(rewrite('see [`useState` **x**](gone.md), ok')).toBe('see `useState` **x**, ok')
})

test('code and escaped brackets stay as they are', () => {
  const text = '`[a](gone)` \\[a](gone) \n\n```\n[a](gone)\n```\n\n- [ ] task [1]'
  expect(rewrite(text)).toBe(text)
})
