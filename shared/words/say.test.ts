import { expect, test } from 'vitest'
import { translate } from './index.ts'

test('quotation marks within quotation marks are single ones', () => {
  const title = 'When it says “committed”'
  expect(translate('en')('library.notice_due', { title })).toBe(
    'You wanted to be reminded of “When it says ‘committed’”',
  )
  expect(translate('zh')('library.notice_due', { title })).toBe(`到时间了，该看《${title}》了`)
})
