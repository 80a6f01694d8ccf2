import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type as osType } from 'node:os'
import { join } from 'node:path'
import { median } from './histogram.ts'

export interface Machine {
  cpu: string
  cores: number
  memoryMB: number
  system: string
  node: string
  /** Of the folder with the service's data. */
  filesystem: string
  /** Median time of a 4 KB write with fdatasync there: what every commit waits for at least. */
  syncMs: number
  /** Of the minute before the run: what other programs took from it. */
  loadAverage: number
}

/** Linux's magic numbers; a filesystem in memory makes every fsync free, so the report must name it. */
const FILESYSTEMS: Record<number, string> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlayfs',
  0x01021994: 'tmpfs (in memory: fsync costs nothing here)',
  0x2fc12fc1: 'zfs',
}
const SYNCS = 50

export function describeMachine(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMB: Math.round(totalmem() / 1_000_000),
    system: `${osType()} ${release()}`,
    node: process.version,
    filesystem: filesystemOf(folder),
    syncMs: syncTime(folder),
    loadAverage: loadavg()[0] ?? 0,
  }
}

function filesystemOf(folder: string): string {
  if (process.platform !== 'linux') return 'unknown filesystem'
  const { type } = statfsSync(folder)
  return FILESYSTEMS[type] ?? `filesystem 0x${type.toString(16)}`
}

function syncTime(folder: string): number {
  const file = openSync(join(folder, 'sync-probe'), 'w')
  const block = Buffer.alloc(4_096, 1)
  const times: number[] = []
  try {
    for (let written = 0; written < SYNCS; written++) {
      const startedAt = performance.now()
      writeSync(file, block, 0, block.length, 0)
      fdatasyncSync(file)
      times.push(performance.now() - startedAt)
    }
  } finally {
    closeSync(file)
  }
  return median(times)
}
