import { expect, it } from 'vitest'
import { building } from '../../simulators/index.ts'

const MINUTE_MS = 60_000

async function played(step: Record<string, unknown>, lasts: string) {
  const house = await building({ size: { leak_sensors: 30 }, lasts, timeline: [{ fault: 'leak', ...step }] })
  const { lines, tickets } = await house.play()
  const said = (what: string) =>
    lines.flatMap(({ from, text, atMs }) => {
      const [device = '', rest] = text.split(': leak ')
      return from === 'story' && rest === what ? [{ device, atMs }] : []
    })
  return { tickets, began: said('begins'), over: said('is over') }
}

it('lets what comes by chance begin where all is well, and pass where it began', async () => {
  const step = { devices: { kind: 'water_leak' }, one: true, every: '3m', for: '10m' }
  const { began, over } = await played(step, '1h')
  expect(over.length).toBeGreaterThan(3)
  for (const { device, atMs } of over) expect(began).toContainEqual({ device, atMs: atMs - 10 * MINUTE_MS })
  const again = began.filter(({ device, atMs }) =>
    began.some((other) => other.device === device && other.atMs < atMs && atMs - other.atMs < MINUTE_MS),
  )
  expect(again).toEqual([])
})

it('does not say that something passes which somebody has seen to', async () => {
  const { tickets, began, over } = await played({ device: 'leak-b2-01', at: '1m', for: '50m' }, '1h')
  expect(tickets).toMatchObject([{ state: 'closed' }])
  expect([began.length, over.length]).toEqual([1, 0])
})
