/** How numbers, times and digests read. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** `2026-11-21 03:20 UTC`: the same for every reader. */
export function whenOf(time: string | null | undefined): string {
  const date = new Date(time ?? Number.NaN)
  return Number.isNaN(date.getTime())
    ? 'at an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

export function sizeOf(bytes: string | number | undefined): string | undefined {
  if (bytes === undefined) return undefined
  const number = Number(bytes)
  const power = number < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(number) / 3))
  const value = number / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}

/** Enough to recognise one. */
export const shortDigest = (digest: string) => `${digest.slice(0, 12)}…`

/** The last part of a name: what a box in the graph has room for. */
export function shortName(name: string): string {
  const parts = name.replace(/^dataset:/, '').split('/')
  const last = parts.filter(Boolean).slice(-2).join('/') || name
  return last.length > 34 ? `…${last.slice(-33)}` : last
}

export const LEVELS = [
  'nothing is proven',
  'provenance exists',
  'provenance is authentic',
  'provenance cannot be forged',
] as const
