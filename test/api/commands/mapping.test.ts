import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, runShifen, startService, temporaryFolder, type ServiceProcess } from '../../support/process.ts'

const folder = temporaryFolder()
let service: ServiceProcess
beforeAll(async () => {
  service = await startService(join(folder.path, 'data'))
})
afterAll(async () => {
  await service.kill()
  folder.remove()
})

const MAPPING = `id: acme-lift
site: default
topic: acme/lifts/{device}/state
device: { kind: elevator }
points:
  - { name: lift.floor, path: floor }
events:
  - { path: faults, table: { 11: elevator.entrapment }, fullState: true }
example:
  topic: acme/lifts/3/state
  payload: { floor: 4, faults: [11] }
`

function file(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}
const shifen = (...args: string[]) =>
  runShifen(['mapping', ...args], { env: { SHIFEN_URL: service.http, SHIFEN_TOKEN: ADMIN_TOKEN } })

describe('shifen mapping', () => {
  it('tries, adds, lists, replaces and removes', async () => {
    const path = file('lift.yaml', MAPPING)
    const tried = await shifen('try', path)
    expect([tried.code, tried.stdout]).toEqual([
      0,
      'device\tmapping:3\televator\nlift.floor\t4\t1\nelevator.entrapment\tactive\n',
    ])
    const other = await shifen('try', path, '--topic', 'acme/lifts/9/state', '--payload', '{"faults":[]}', '--json')
    expect(JSON.parse(other.stdout)).toMatchObject({
      decoded: { device: { key: 'mapping:9' }, conditions: [{ code: 'elevator.entrapment', state: 'cleared' }] },
      notes: [{ field: 'points[0].path' }],
    })
    expect((await shifen('add', path)).stdout).toBe('acme-lift, version 1, is in force for acme/lifts/{device}/state\n')
    const again = await shifen('add', path)
    expect([again.code, again.stderr]).toEqual([1, 'a mapping acme-lift exists already\n'])
    expect((await shifen('add', path, '--replace')).stdout).toContain('version 2')
    expect((await shifen('list')).stdout).toBe('acme-lift\tdefault\televator\tacme/lifts/{device}/state\n')
    expect(JSON.parse((await shifen('list', '--json')).stdout)).toMatchObject([{ id: 'acme-lift', version: 2 }])
    expect((await shifen('remove', 'acme-lift')).stdout).toBe('acme-lift is removed\n')
    expect((await shifen('remove', 'acme-lift')).code).toBe(1)
  }, 60_000)

  it('says in one sentence, with the place, what does not fit', async () => {
    const refused = await shifen('add', file('wrong.yaml', MAPPING.replace('lift.floor', 'lift.flor')))
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/^points\[0\]\.name: lift\.flor is not a point; near it: lift\.floor\n$/)
    const broken = await shifen('try', file('broken.yaml', 'id: [a\n'))
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringMatching(/broken\.yaml: the YAML.*line \d.*\n$/)])
    expect((await shifen('try', join(folder.path, 'absent.yaml'))).code).toBe(2)
    expect((await shifen('try', file('list.yaml', '- 1'))).stderr).toMatch(/must hold one mapping/)
    expect((await shifen('try', file('a.yaml', MAPPING), '--topic', 'x')).code).toBe(2)
  }, 60_000)
})
