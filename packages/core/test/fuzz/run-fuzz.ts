import { isMakotoError } from '@makoto/core'
import { type Mutation, mutate } from './mutate.ts'
import { createRandom } from './random.ts'

/** A reader of something from outside. */
export interface Parser {
  readonly name: string
  readonly mutation: Mutation
  /** Good inputs. */
  readonly seeds: readonly Uint8Array[]
  readonly read: (input: Uint8Array, seed: number) => unknown
  /** What is wrong with an answer that was given; undefined where nothing is. */
  readonly judge?: (answer: unknown, input: Uint8Array, seed: number) => string | undefined
  /** How many rounds for each of the others': where one costs much. Default 1. */
  readonly share?: number
}

export interface FuzzResult {
  readonly name: string
  readonly rounds: number
  readonly read: number
  readonly slowestMs: number
  readonly codes: ReadonlySet<string>
  /** Each with the input in base64, so that it can be tried again. */
  readonly faults: readonly string[]
}

const MAX_FAULTS = 5

/** Breaks good inputs, so many times, and asks that each ends in a value or in a typed error. */
export async function fuzzParser(parser: Parser, rounds: number, seed: number): Promise<FuzzResult> {
  const random = createRandom(seed)
  const faults: string[] = []
  const codes = new Set<string>()
  let [read, slowestMs] = [0, 0]
  for (let round = 0; round < rounds && faults.length < MAX_FAULTS; round++) {
    const which = random(parser.seeds.length)
    const input = mutate(parser.seeds[which] ?? new Uint8Array(), parser.mutation, random)
    const began = performance.now()
    const outcome = await attempt(parser, input, which)
    slowestMs = Math.max(slowestMs, performance.now() - began)
    if (outcome.code !== undefined) codes.add(outcome.code)
    if (outcome.answered) read++
    if (outcome.fault !== undefined)
      faults.push(
        `${parser.name}, seed ${seed}, round ${round}: ${outcome.fault}\n${Buffer.from(input).toString('base64')}`,
      )
  }
  return { name: parser.name, rounds, read, slowestMs, codes, faults }
}

interface Outcome {
  readonly answered: boolean
  readonly code?: string
  readonly fault?: string | undefined
}

async function attempt({ read, judge }: Parser, input: Uint8Array, seed: number): Promise<Outcome> {
  try {
    const pending = read(input, seed)
    const answer = pending instanceof Promise ? await pending : pending
    return { answered: true, fault: judge?.(answer, input, seed) }
  } catch (error) {
    if (isMakotoError(error)) return { answered: false, code: error.code }
    return { answered: false, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** The unbroken inputs, which have to be read: else nothing behind the door would be tried. */
export async function findUnread({ name, seeds, read, judge }: Parser): Promise<string[]> {
  const unread: string[] = []
  for (const [which, seed] of seeds.entries()) {
    try {
      const fault = judge?.(await read(seed, which), seed, which)
      if (fault !== undefined) unread.push(`${name}, input ${which}: ${fault}`)
    } catch (error) {
      unread.push(`${name}, input ${which}: ${String(error)}`)
    }
  }
  return unread
}
