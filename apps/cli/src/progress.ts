import type { HashProgress } from '@makoto/core'
import type { Terminal } from './terminal.ts'

/** Hashing that is over before this is not worth a line. */
const QUIET_MS = 1000
const EVERY_MS = 100

/** Shows how far hashing has come, on a terminal only. */
export function showHashing(
  { showProgress }: Terminal,
  readClock = () => performance.now(),
): ((progress: HashProgress) => void) | undefined {
  if (showProgress === undefined) return undefined
  let next = readClock() + QUIET_MS
  return ({ files, totalFiles, bytes, totalBytes }) => {
    const now = readClock()
    if (now < next) return
    next = now + EVERY_MS
    const part = totalBytes ? `, ${Math.floor((bytes / totalBytes) * 100)} %` : ''
    showProgress(`hashing: ${files} of ${totalFiles} files, ${formatBytes(bytes)}${part}`)
  }
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** Three digits or so, powers of 1000: for people. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}
