import type { CheckId, Status } from '../trust/levels.ts'
import type { Check, FailureCode } from './report.ts'

const answer =
  (status: Status) =>
  (id: CheckId, title: string, detail: string): Check => ({
    id,
    status,
    title: visible(title),
    detail: visible(detail),
  })

/**
 * Names and messages come from outside and end on a terminal: controls, bidi marks and characters that
 * nobody sees are written out. @see SPEC D9
 */
export function visible(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu,
    (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
  )
}

export const passed = answer('pass')
/** Could not be answered: never a pass. */
export const skipped = answer('skipped')
/** The producer's word, which nothing here confirms: never a pass. */
export const declared = answer('declared')
/** The question does not arise here. */
export const notApplicable = answer('not-applicable')
/** Not met, without contradicting anything: it lowers the level that is proven. */
export const unmet = answer('fail')

/** Contradicts: nothing is proven, at any level. */
export const refuted = (id: CheckId, code: FailureCode, title: string, detail: string): Check => ({
  id,
  status: 'fail',
  title: visible(title),
  detail: visible(detail),
  code,
})

/** The first answer that contradicts, in the order in which the questions were asked. */
export function firstRefutation(checks: readonly Check[]): (Check & { code: FailureCode }) | undefined {
  for (const check of checks) if (check.code !== undefined) return { ...check, code: check.code }
  return undefined
}

export const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
