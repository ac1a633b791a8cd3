/** Figures: medians, percentiles, what a process has used, what the disk takes for a sync. */
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** @param share 0.5 is the median, 0.99 the 99th percentile. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

const ticksPerSecond = 100

/** Milliseconds of processor time that a process has used, all its threads together. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}

/** Bytes of memory that a process holds. */
export function rssOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  return Number(line![1]) * 1024
}

/**
 * Milliseconds for which the disk is busy with a write of 4 KB and its sync, one after the other: what no durable answer
 * can undercut. The file grows no more after the first round, as a write-ahead log does not.
 */
export function syncTimes(folder: string, count = 400): number[] {
  const path = join(folder, 'sync-probe')
  const fd = openSync(path, 'w')
  const page = Buffer.alloc(4096, 1)
  const pages = 64
  const times: number[] = []
  for (let i = 0; i < count + pages; i++) {
    const start = performance.now()
    writeSync(fd, page, 0, page.length, (i % pages) * page.length)
    fdatasyncSync(fd)
    if (i >= pages) times.push(performance.now() - start)
  }
  closeSync(fd)
  rmSync(path)
  return times
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
