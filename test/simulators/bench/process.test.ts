import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '../../../simulators/package-root.ts'
import { residentMemoryMB, startProgram } from '../../../simulators/bench/process.ts'

const start = (script: string) =>
  startProgram({ command: process.execPath, args: ['-e', script], cwd: packageRoot(), env: process.env })

it('finds the package it belongs to', () => {
  expect(existsSync(join(packageRoot(), 'package.json'))).toBe(true)
})

it('waits for a line, tells the memory of a program and stops it', async () => {
  const running = start(
    `process.stdout.write('read'); setTimeout(() => console.log('y port=12'), 50); setInterval(() => 0, 999)`,
  )
  const match = await running.line(/^ready port=(\d+)/, 10_000)
  expect(match[1]).toBe('12')
  expect(running.ended()).toBeNull()
  if (process.platform === 'linux') expect(await residentMemoryMB(running.pid)).toBeGreaterThan(10)
  await running.stop()
  expect(running.ended()).toContain('SIGTERM')
  expect(await residentMemoryMB(running.pid)).toBeNull()
})

it('says why a program ended that should have been ready', async () => {
  const running = start(`console.error('the port is taken'); process.exit(2)`)
  await expect(running.line(/ready/, 10_000)).rejects.toThrow(/ended with code 2\n {2}the port is taken/)
})

it('says so when a program is not there', async () => {
  const running = startProgram({ command: '/nonexistent/program', args: [], cwd: packageRoot(), env: {} })
  await expect(running.line(/ready/, 10_000)).rejects.toThrow('could not be started')
})
