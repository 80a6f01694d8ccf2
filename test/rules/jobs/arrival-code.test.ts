import { expect, it } from 'vitest'
import { arrivalCode, deviceOfCode } from '../../../rules/jobs/arrival-code.ts'

const key = Buffer.alloc(32, 7)
const devices = ['leak-1', 'leak-2', 'lift-1']

it('is eight letters and digits that nobody mistakes, the device’s own, and another with another key', () => {
  const codes = Array.from({ length: 500 }, (_, index) => arrivalCode(`leak-${index}`, key))
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(new Set(codes).size).toBe(codes.length)
  expect(arrivalCode('leak-1', key)).toBe(arrivalCode('leak-1', key))
  expect(arrivalCode('leak-1', Buffer.alloc(32, 8))).not.toBe(arrivalCode('leak-1', key))
})

it('is read as people write it', () => {
  const spelled = (change: (code: string) => string) =>
    devices.map((device) => deviceOfCode(change(arrivalCode(device, key)), devices, key))
  expect(spelled((code) => code)).toEqual(devices)
  expect(spelled((code) => code.toLowerCase().replace('-', ''))).toEqual(devices)
  expect(spelled((code) => ` ${code.replaceAll('0', 'o').replaceAll('1', 'l')} `)).toEqual(devices)
  expect(spelled((code) => code.replaceAll('0', 'O').replaceAll('1', 'I'))).toEqual(devices)
})

it.each(['0O', '1IL', '2Z', '5S', '8B', 'UV'])(
  'is the same with each of %s for the other, as it is read out',
  (alike) => {
    const many = Array.from({ length: 200 }, (_, index) => `leak-${index}`)
    const codes = many.map((device) => arrivalCode(device, key))
    expect(codes.some((code) => [...alike].some((each) => code.includes(each)))).toBe(true)
    for (const heard of alike) {
      const misheard = codes.map((code) => code.replace(new RegExp(`[${alike}]`, 'g'), heard))
      expect(misheard.map((code) => deviceOfCode(code, many, key))).toEqual(many)
    }
  },
)

it('is nobody’s where it is wrong, cut, longer, empty, or of a device that is not here', () => {
  const code = arrivalCode('leak-1', key)
  for (const wrong of [code.slice(1), `${code}0`, '', 'ÄÖÜ', '00000000', arrivalCode('leak-9', key)]) {
    expect([wrong, deviceOfCode(wrong, devices, key)]).toEqual([wrong, null])
  }
})
