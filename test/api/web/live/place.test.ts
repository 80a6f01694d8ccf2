import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { placeOf, ROOF } from '../../../../api/web/src/live/place.ts'

const read = (location: string, building: string | null = null) => {
  const { tower, level } = placeOf(building, location)
  return [tower?.key ?? null, level]
}

describe('the place that a location tells', () => {
  it.each([
    ['B2 水泵房', null, -2],
    ['b2 泵房', null, -2],
    ['B2F 车库', null, -2],
    ['地下二层 配电室', null, -2],
    ['地下1层车库', null, -1],
    ['负一层 排污泵', null, -1],
    ['-1层 弱电间', null, -1],
    ['-2F garage', null, -2],
    ['地下室 锅炉房', null, -1],
    ['B2 pump room', null, -2],
    ['Basement 2, pump room', null, -2],
    ['2nd basement', null, -2],
    ['basement', null, -1],
    ['1号楼 9层 管道井', '1', 9],
    ['1 号楼 12 层', '1', 12],
    ['十二号楼 二十三层', '12', 23],
    ['1号楼 屋顶水箱间', '1', ROOF],
    ['1号楼 屋面门', '1', ROOF],
    ['2栋天台', '2', ROOF],
    ['1号楼 1号客梯', '1', null],
    ['1号楼 电梯底坑', '1', null],
    ['3 号楼 B1 泵房', '3', -1],
    ['B座 12F', 'b', 12],
    ['A座大堂', 'a', 1],
    ['1号楼 902', '1', 9],
    ['9 栋 1204 厨房', '9', 12],
    ['3-502', '3', 5],
    ['3-2-502 厨房', '3', 5],
    ['厨房（３-２-502）', '3', 5],
    ['会所 更衣室', '会所', null],
    ['9楼走廊', null, 9],
    ['首层 大堂', null, 1],
    ['Tower A, 12th floor', 'a', 12],
    ['Building 3 / floor 9', '3', 9],
    ['Block 2 roof', '2', ROOF],
    ['Building 7 L3 riser', '7', 3],
    ['ground floor lobby', null, 1],
    ['厨房', null, null],
    ['pump room', null, null],
    ['', null, null],
    ['x'.repeat(200), null, null],
  ])('%s', (location, tower, level) => {
    expect(read(location)).toEqual([tower, level])
  })

  it.each([
    ['1号楼', '9层 管道井', '1', 9],
    ['1 栋', '902', '1', 9],
    ['A', '3F', 'a', 3],
    ['1号楼', '1号楼 1号客梯', '1', null],
    ['地下室', 'B2 水泵房', null, -2],
    ['地下室', '水泵房', null, -1],
    ['B1', '配电房', null, -1],
    ['游泳馆', '2层 机房', '游泳馆', 2],
    ['‮IMG <b>', '3F', '‮img<b>', 3],
  ])('of building %s: %s', (building, location, tower, level) => {
    expect(read(location, building)).toEqual([tower, level])
  })

  it('is known of every device of the demo', () => {
    const file = join(import.meta.dirname, '../../../../simulators/scenarios/demo.yaml')
    const { devices } = parse(readFileSync(file, 'utf8')) as { devices: { location: string }[] }
    expect(devices.length).toBeGreaterThan(30)
    const nowhere = devices.filter(({ location }) => read(location).every((part) => part === null))
    expect(nowhere).toEqual([])
  })

  it('is read in no time of texts that are long and odd', () => {
    const odd = ['一'.repeat(10_000), '-1'.repeat(5_000), '楼'.repeat(10_000), ' '.repeat(10_000), 'B'.repeat(10_000)]
    const start = performance.now()
    for (const text of odd) placeOf(text, text)
    expect(performance.now() - start).toBeLessThan(500)
  })
})
