import { expect, it } from 'vitest'
import { csvOf } from '../../api/csv.ts'

it('keeps commas, quotes and line ends within a cell, and leaves what is nothing empty', () => {
  const csv = csvOf(
    ['a', 'b'],
    [
      ['x,y', 'say "now"\r\nor never'],
      [null, 0.5],
      [true, ''],
    ],
  )
  expect(csv).toBe('\ufeffa,b\r\n"x,y","say ""now""\r\nor never"\r\n,0.5\r\ntrue,\r\n')
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '＠x'])(
  'makes a text of the formula %j',
  (text) => {
    const [, row] = csvOf(['a'], [[text]]).split('\ufeffa\r\n')
    expect(row!.replace(/^"/, '')).toMatch(/^'/)
  },
)

it('leaves numbers as they are', () => {
  expect(csvOf(['a'], [[-1.5], [1e6]])).toBe('\ufeffa\r\n-1.5\r\n1000000\r\n')
})
