import { setTimeout as wait } from 'node:timers/promises'
import { backoffMs, RETRY_DEFAULTS, type RetryOptions } from '../backoff.ts'
import { MakotoError } from '../errors.ts'
import type { TimestampAuthority } from '../trust/timestamp-authority.ts'
import { exchangeTimestamp, type TimestampExchange, unavailable } from './timestamp-exchange.ts'

export interface RequestTimestampOptions {
  /** Default 10 seconds, for each exchange. */
  readonly timeoutMs?: number
  readonly retry?: RetryOptions
  readonly signal?: AbortSignal
  /** Where given, a token that would not verify under these is refused right away. */
  readonly authorities?: readonly TimestampAuthority[]
}

type Failure = Extract<TimestampExchange, { ok: false }>

/**
 * Gets `signature` timestamped and returns the whole TimeStampResp, as a bundle holds it.
 *
 * Several authorities are asked in their order until one grants. When all have failed, those whose trouble
 * may pass are asked again, after a wait that grows or that they asked for, until attempts or time are used
 * up. The reply is checked before anybody uses it.
 *
 * Rejects with the one authority's `timestamp-unavailable`, `timestamp-rejected`, `timestamp-mismatch` or
 * `timestamp-invalid`; of several, with `timestamp-unavailable` that names what each one did; or `aborted`.
 *
 * @see RFC 3161 §2.4, §3.4, L2.PL.6
 */
export async function requestTimestamp(
  urls: string | URL | readonly (string | URL)[],
  signature: Uint8Array,
  options: RequestTimestampOptions = {},
): Promise<Uint8Array> {
  const { attempts, firstWaitMs, totalMs } = { ...RETRY_DEFAULTS, ...options.retry }
  const until = Date.now() + totalMs
  const failures = new Map<string, Failure>()
  let asked = listUrls(urls)
  for (let attempt = 1; ; attempt++) {
    for (const url of asked) {
      const left = until - Date.now()
      if (left <= 0) throw summarize(failures)
      const exchange = await exchangeTimestamp(url, signature, limitTo(left, options))
      if (exchange.ok) return exchange.reply
      failures.set(url.href, exchange)
    }
    asked = asked.filter((url) => failures.get(url.href)?.again !== undefined)
    const pause = waitFor(asked, failures, backoffMs(firstWaitMs, attempt))
    if (asked.length === 0 || attempt >= attempts || Date.now() + pause >= until) throw summarize(failures)
    await pauseFor(pause, options.signal)
  }
}

function listUrls(urls: string | URL | readonly (string | URL)[]): URL[] {
  const listed = (typeof urls === 'string' || urls instanceof URL ? [urls] : urls).map((url) => new URL(url))
  if (listed.length === 0) throw new MakotoError('options-invalid', 'no timestamp authority is given')
  return [...new Map(listed.map((url) => [url.href, url])).values()]
}

function limitTo(leftMs: number, { timeoutMs = 10_000, signal, authorities }: RequestTimestampOptions) {
  return { timeoutMs: Math.min(timeoutMs, leftMs), signal, authorities }
}

/** Whoever is back first decides: the others are asked again in the same round, if it fails. */
function waitFor(asked: readonly URL[], failures: ReadonlyMap<string, Failure>, backoff: number): number {
  const waits = asked.map(({ href }) => failures.get(href)?.again?.afterMs ?? backoff)
  return Math.max(backoff, Math.min(...waits))
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch (cause) {
    throw new MakotoError('aborted', 'the request for a timestamp was aborted', { cause })
  }
}

function summarize(failures: ReadonlyMap<string, Failure>): MakotoError {
  const faults = [...failures.values()].map(({ fault }) => fault)
  const [only] = faults
  if (only !== undefined && faults.length === 1) return only
  return unavailable(
    `none of ${faults.length} timestamp authorities gave a token: ${faults.map(({ message }) => message).join('; ')}`,
    only,
  )
}
