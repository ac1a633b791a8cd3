import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test('cells with commas, quotes and line breaks are quoted; nothing stays empty', () => {
  expect(toCsv([['a,b', 'say "x"', 'two\nlines', null, 7, '林']])).toBe(
    '\ufeff"a,b","say ""x""","two\nlines",,7,林\r\n',
  )
})

test('a name that a spreadsheet would run is only a name', () => {
  expect(toCsv([['=1+1', '@cmd', '+49', '-x', '-1-1', -5, '-10.00']])).toBe(
    "\ufeff'=1+1,'@cmd,'+49,'-x,'-1-1,-5,-10.00\r\n",
  )
})
