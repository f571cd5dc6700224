/** How long to wait before asking again, and when to stop. */
export interface RetryOptions {
  /** How often each one is asked at most. Default 3. */
  readonly attempts?: number
  /** The first wait; each further one is twice as long. Default 500 ms. */
  readonly firstWaitMs?: number
  /** For everything together, waits included. Default 60 seconds. */
  readonly totalMs?: number
}

export const RETRY_DEFAULTS = { attempts: 3, firstWaitMs: 500, totalMs: 60_000 } as const

/**
 * The wait before attempt `attempt` (from 1): exponential, of which a random half is left out, so that many
 * clients that failed together do not come back together.
 */
export function backoffMs(firstWaitMs: number, attempt: number): number {
  const full = firstWaitMs * 2 ** (attempt - 1)
  return full / 2 + (Math.random() * full) / 2
}

/** Seconds or a date; undefined for anything else. @see RFC 9110 §10.2.3 */
export function readRetryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
