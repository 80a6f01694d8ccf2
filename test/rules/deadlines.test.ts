import { expect, it } from 'vitest'
import { type Due, inSlices } from '../../rules/deadlines.ts'

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`)

it('cuts what is due at once into transactions that keep no message waiting, and leaves nothing out', () => {
  const due: Due = {
    ...{ devices: ids(251), controls: [], mutes: false, drills: false, tickets: [], callIns: false },
    ...{ steps: ids(12), notices: false, reevaluation: null, duties: ids(5), followUps: [], samples: [], surveys: [] },
  }
  const slices = [...inSlices(due)]
  expect(slices.map(({ devices, steps, duties }) => [devices.length, steps.length, duties.length])).toEqual([
    [250, 0, 0],
    [1, 0, 0],
    ...[5, 5, 2].map((steps) => [0, steps, 0]),
    ...[2, 2, 1].map((duties) => [0, 0, duties]),
  ])
  for (const part of ['devices', 'steps', 'duties'] as const) {
    expect(slices.flatMap((slice) => slice[part])).toEqual(due[part])
  }
})
